/** Two versions that both stand, side by side, with the words marked in which they differ. */
import { diffWordsWithSpace } from 'diff'
import { useMemo } from 'react'

export interface SideBySideProps {
  left: unknown
  right: unknown
  leftLabel: string
  rightLabel: string
}

export function SideBySide({ left, right, leftLabel, rightLabel }: SideBySideProps) {
  const parts = useMemo(() => diffWordsWithSpace(asText(left), asText(right)), [left, right])
  return (
    <div className="grid grid-cols-2 gap-3">
      <Side label={leftLabel} parts={parts.filter((part) => !part.added)} />
      <Side label={rightLabel} parts={parts.filter((part) => !part.removed)} />
    </div>
  )
}

interface Part {
  value: string
  added?: boolean
  removed?: boolean
}

function Side({ label, parts }: { label: string; parts: Part[] }) {
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-small font-medium text-ink-2">{label}</figcaption>
      <pre className="overflow-auto rounded-control border border-line bg-raised p-3 font-mono text-small leading-5 break-words whitespace-pre-wrap">
        {parts.map(({ value, added, removed }, index) =>
          added || removed ? (
            <mark key={index} className="rounded-tag bg-warn-soft text-warn">
              {value}
            </mark>
          ) : (
            <span key={index}>{value}</span>
          ),
        )}
      </pre>
    </figure>
  )
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
