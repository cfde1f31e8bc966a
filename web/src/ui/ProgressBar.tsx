/** How far a piece of work is: one bar for a job, one stacked bar for the statuses of a training sheet. */
import { clsx } from 'clsx'
import { count, share } from '@/lib/numbers'

export interface ProgressBarProps {
  done: number
  /** Unknown while it is still being counted. */
  total: number | undefined
  label: string
  tone?: 'accent' | 'good' | 'bad' | 'neutral'
  className?: string
}

const fills = {
  accent: 'bg-accent',
  good: 'bg-bar-labeled',
  bad: 'bg-bar-rejected',
  neutral: 'bg-line-strong',
}

export function ProgressBar({ done, total, label, tone = 'accent', className }: ProgressBarProps) {
  const known = total !== undefined && total > 0
  const percent = known ? Math.min(100, (100 * done) / total) : undefined
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === undefined ? undefined : Math.round(percent)}
      className={clsx('h-2 w-full overflow-hidden rounded-full bg-neutral-soft', className)}
    >
      <div
        className={clsx(
          'h-full rounded-full transition-[width] duration-300',
          fills[tone],
          percent === undefined && 'w-1/3 animate-pulse',
        )}
        style={percent === undefined ? undefined : { width: `${percent}%` }}
      />
    </div>
  )
}

const parts = {
  labeled: 'bg-bar-labeled',
  reused: 'bg-bar-reused',
  flagged: 'bg-bar-flagged',
  rejected: 'bg-bar-rejected',
  unlabeled: 'bg-bar-unlabeled',
}

export type BarPart = keyof typeof parts
const order = Object.keys(parts) as BarPart[]

export interface StatusBarProps {
  /** How many pairs in each part; `reused` are those labeled from canonical labels. */
  counts: Partial<Record<BarPart, number>>
  legend?: boolean
  thin?: boolean
  /** Other words for the parts, where they stand for something else than statuses. */
  words?: Partial<Record<BarPart, string>>
  className?: string
}

const names: Record<BarPart, string> = {
  labeled: 'labeled',
  reused: 'from canonical labels',
  flagged: 'flagged',
  rejected: 'rejected',
  unlabeled: 'unlabeled',
}

export function StatusBar({ counts, legend = false, thin = false, words = {}, className }: StatusBarProps) {
  const spoken = { ...names, ...words }
  const total = order.reduce((sum, part) => sum + (counts[part] ?? 0), 0)
  const present = order.filter((part) => (counts[part] ?? 0) > 0)
  const sentence =
    present.map((part) => `${count(counts[part] ?? 0)} ${spoken[part]}`).join(', ') || 'nothing yet'
  return (
    <div className={clsx('min-w-0', className)}>
      <div
        role="img"
        aria-label={sentence}
        title={sentence}
        className={clsx(
          'flex w-full gap-px overflow-hidden rounded-full bg-neutral-soft',
          thin ? 'h-1.5' : 'h-2.5',
        )}
      >
        {present.map((part) => (
          <span key={part} className={clsx('min-w-0.5', parts[part])} style={{ flexGrow: counts[part] }} />
        ))}
      </div>
      {legend && (
        <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-small text-ink-2">
          {present.map((part) => (
            <li key={part} className="flex items-center gap-1.5">
              <span aria-hidden className={clsx('size-2 rounded-full', parts[part])} />
              <span className="font-medium text-ink tabular-nums">{count(counts[part] ?? 0)}</span>
              {spoken[part]}
              <span className="text-ink-3 tabular-nums">{share(counts[part] ?? 0, total)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
