/** Where a training sheet's review stands, in one honest sentence and one bar. */
import { clsx } from 'clsx'
import { count } from '@/lib/numbers'
import { StatusBar } from '@/ui/ProgressBar'
import type { PairCounts } from './review'

/** How many pairs are not labeled, for whatever reason. */
export function toReview(counts: PairCounts): number {
  return counts.unlabeled + counts.rejected + counts.flagged
}

/** "150 / 500 labeled — 150 from canonical labels; 350 to review: 300 unlabeled, 30 rejected, 20 flagged". */
export function progressSentence(counts: PairCounts): string {
  const waiting = toReview(counts)
  // Items that a canonical label calls unlabelable are settled, and not labeled.
  const from = counts.reused > counts.labeled ? 'settled by' : 'from'
  const reused = counts.reused > 0 ? ` — ${count(counts.reused)} ${from} canonical labels` : ''
  const parts = (['unlabeled', 'rejected', 'flagged'] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => `${count(counts[name])} ${name}`)
  const rest = waiting > 0 ? `; ${count(waiting)} to review: ${parts.join(', ')}` : '; nothing to review'
  return `${count(counts.labeled)} / ${count(counts.total)} labeled${reused}${rest}`
}

/** The parts of the bar: what was reused is shown apart from what was labeled here. */
export function barParts(counts: PairCounts) {
  const reused = Math.min(counts.reused, counts.labeled)
  return {
    reused,
    labeled: counts.labeled - reused,
    flagged: counts.flagged,
    rejected: counts.rejected,
    unlabeled: counts.unlabeled,
  }
}

export function ProgressLine({ counts, className }: { counts: PairCounts; className?: string }) {
  return (
    <div className={clsx('flex items-center gap-3', className)}>
      <StatusBar thin counts={barParts(counts)} className="w-36 shrink-0" />
      <p
        className="truncate text-small text-ink-2 tabular-nums"
        title={progressSentence(counts)}
        aria-live="polite"
      >
        {progressSentence(counts)}
      </p>
    </div>
  )
}
