/** Two versions side by side or in one column, with what was removed and added marked in words and colour. */
import { diffWordsWithSpace } from 'diff'
import { clsx } from 'clsx'
import { useMemo } from 'react'

export interface DiffViewProps {
  before: unknown
  after: unknown
  beforeLabel: string
  afterLabel: string
  layout?: 'columns' | 'inline'
}

export function DiffView({ before, after, beforeLabel, afterLabel, layout = 'columns' }: DiffViewProps) {
  const parts = useMemo(() => diffWordsWithSpace(asText(before), asText(after)), [before, after])
  if (layout === 'inline') {
    return (
      <pre className={box} aria-label={`From ${beforeLabel} to ${afterLabel}`}>
        {parts.map((part, index) => (
          <Part key={index} {...part} />
        ))}
      </pre>
    )
  }
  return (
    <div className="grid grid-cols-2 gap-3">
      <Side label={beforeLabel}>
        {parts
          .filter((part) => !part.added)
          .map((part, index) => (
            <Part key={index} {...part} />
          ))}
      </Side>
      <Side label={afterLabel}>
        {parts
          .filter((part) => !part.removed)
          .map((part, index) => (
            <Part key={index} {...part} />
          ))}
      </Side>
    </div>
  )
}

const box =
  'overflow-auto rounded-control border border-line bg-raised p-3 font-mono text-small leading-5 whitespace-pre-wrap break-words'

function Side({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-small font-medium text-ink-2">{label}</figcaption>
      <pre className={box}>{children}</pre>
    </figure>
  )
}

function Part({
  value,
  added = false,
  removed = false,
}: {
  value: string
  added?: boolean
  removed?: boolean
}) {
  if (!added && !removed) return <span>{value}</span>
  const Tag = added ? 'ins' : 'del'
  return (
    <Tag
      className={clsx(
        'rounded-tag',
        added ? 'bg-good-soft text-good no-underline' : 'bg-bad-soft text-bad line-through',
      )}
    >
      {value}
    </Tag>
  )
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
