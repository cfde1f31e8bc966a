/** How far a sheet is labeled with a label type, and by whom. */
import { count } from '@/lib/numbers'
import { StatusBar } from '@/ui/ProgressBar'
import { Time } from '@/ui/Time'
import type { LabelingProgress } from './labels'

/** "200 / 600 labeled; 400 to do: 390 unlabeled, 10 stale; 3 unlabelable". */
export function labelingSentence(progress: LabelingProgress): string {
  const waiting = progress.unlabeled + progress.stale
  const parts = (['unlabeled', 'stale'] as const)
    .filter((state) => progress[state] > 0)
    .map((state) => `${count(progress[state])} ${state}`)
  return [
    `${count(progress.labeled)} / ${count(progress.items)} labeled`,
    waiting > 0 ? `${count(waiting)} to do: ${parts.join(', ')}` : 'nothing to do',
    ...(progress.unlabelable > 0 ? [`${count(progress.unlabelable)} unlabelable`] : []),
  ].join('; ')
}

export function LabelingProgressLine({ progress }: { progress: LabelingProgress }) {
  const { labeled, unlabelable, stale, unlabeled } = progress
  return (
    <div className="flex min-w-0 items-center gap-3">
      <StatusBar
        thin
        counts={{ labeled, rejected: unlabelable, flagged: stale, unlabeled }}
        words={{ rejected: 'unlabelable', flagged: 'stale' }}
        className="w-36 shrink-0"
      />
      <span className="truncate text-small text-ink-2 tabular-nums" aria-live="polite">
        {labelingSentence(progress)}
        {!progress.exact && ' (counted over the whole table)'}
      </span>
    </div>
  )
}

export function LabelerShares({ progress }: { progress: LabelingProgress }) {
  if (progress.by_person.length === 0) return null
  return (
    <p className="flex flex-wrap gap-x-4 text-small text-ink-2">
      {progress.by_person.map((share) => (
        <span key={share.person_id}>
          {share.name} <span className="tabular-nums">{count(share.labels)}</span>
          <span className="text-ink-3">
            , last <Time at={share.last_at} />
          </span>
        </span>
      ))}
    </p>
  )
}
