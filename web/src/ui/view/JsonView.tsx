/** Any value as a tree that folds; long texts stay readable, and nothing in them is run or rendered. */
import { useState } from 'react'
import { countOf } from '@/lib/numbers'

const AT_ONCE = 100

export function JsonView({ value, open = 2 }: { value: unknown; open?: number }) {
  return (
    <div className="overflow-auto font-mono text-small leading-5">
      <Node value={value} depth={0} open={open} />
    </div>
  )
}

interface NodeProps {
  name?: string
  value: unknown
  depth: number
  open: number
}

function Node({ name, value, depth, open }: NodeProps) {
  const [limit, setLimit] = useState(AT_ONCE)
  const label = name !== undefined && <span className="text-accent-ink">{name}: </span>
  if (value === null || typeof value !== 'object') {
    return (
      <div className="pl-4">
        {label}
        <Leaf value={value} />
      </div>
    )
  }
  const entries = Object.entries(value as Record<string, unknown>)
  const size = Array.isArray(value) ? countOf(entries.length, 'item') : countOf(entries.length, 'field')
  return (
    <details open={depth < open} className="pl-4">
      <summary className="-ml-4 rounded-tag pl-1 hover:bg-hover">
        {label}
        <span className="text-ink-3">{size}</span>
      </summary>
      {entries.slice(0, limit).map(([key, inner]) => (
        <Node key={key} name={key} value={inner} depth={depth + 1} open={open} />
      ))}
      {entries.length > limit && (
        <button
          type="button"
          className="pl-4 text-accent-ink underline"
          onClick={() => setLimit(limit + AT_ONCE)}
        >
          Show {Math.min(AT_ONCE, entries.length - limit)} more
        </button>
      )}
    </details>
  )
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value === 'string')
    return <span className="break-words whitespace-pre-wrap text-ink">{value}</span>
  return <span className={value === null ? 'text-ink-3' : 'text-copper'}>{String(value)}</span>
}
