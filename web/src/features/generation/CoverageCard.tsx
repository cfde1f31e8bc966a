/** How much is labeled already, before anything is asked for. */
import { useQuery } from '@tanstack/react-query'
import { CircleAlert } from 'lucide-react'
import { count } from '@/lib/numbers'
import { Card } from '@/ui/Card'
import { ErrorNote } from '@/ui/ErrorState'
import { StatusBar } from '@/ui/ProgressBar'
import { SkeletonText } from '@/ui/Skeleton'
import { coverageQuery, type Coverage } from './generation'
import type { RecipeChoice } from './RecipeFields'

interface CoverageCardProps {
  sheetId: string | undefined
  templateVersionId: string | undefined
  choice: RecipeChoice
}

export function CoverageCard({ sheetId, templateVersionId, choice }: CoverageCardProps) {
  const coverage = useQuery(
    coverageQuery(sheetId, templateVersionId, choice.mode === 'existing_column' ? choice.column : null),
  )
  return (
    <Card title="Already labeled">
      {sheetId === undefined || templateVersionId === undefined ? (
        <p className="text-ink-3">Choose a sheet and a template to see what is labeled already.</p>
      ) : coverage.error ? (
        <ErrorNote error={coverage.error} />
      ) : coverage.data ? (
        <Covered coverage={coverage.data} choice={choice} />
      ) : (
        <SkeletonText lines={2} />
      )}
    </Card>
  )
}

const WORDS = {
  reused: 'labeled already',
  rejected: 'unlabelable',
  flagged: 'stale, prefilled for review',
  unlabeled: 'without an answer',
}

function Covered({ coverage, choice }: { coverage: Coverage; choice: RecipeChoice }) {
  const { labeled, unlabelable, stale, unlabeled, unfit, sampled, total } = coverage
  const estimated = sampled < total
  const who = {
    ai_generated: 'a model answers',
    manual: 'a person answers',
    existing_column: 'the column answers',
  }[choice.mode]
  return (
    <>
      <p className="mb-3 text-read">
        <span className="font-semibold tabular-nums">
          {estimated && 'about '}
          {count(labeled)} of {count(total)} already labeled
        </span>
        <span className="text-ink-2">
          {stale + unlabeled > 0
            ? ` — ${estimated ? 'about ' : ''}${count(stale + unlabeled)} left, and ${who}.`
            : ' — nothing is left to ask for.'}
        </span>
      </p>
      <StatusBar
        legend
        words={WORDS}
        counts={{ reused: labeled, rejected: unlabelable, flagged: stale, unlabeled }}
      />
      {unfit !== null && unfit > 0 && (
        <p className="mt-3 flex items-start gap-1.5">
          <CircleAlert aria-hidden size={15} className="mt-0.5 shrink-0 text-warn" />
          <span>
            {estimated && 'About '}
            {count(unfit)} of those have no answer in {choice.column} that fits the labelset. They come
            without one, to be reviewed.
          </span>
        </p>
      )}
      {estimated && (
        <p className="mt-2 text-small text-ink-3">Estimated from the first {count(sampled)} items.</p>
      )}
      {choice.limit !== null && choice.limit < total && (
        <p className="mt-2 text-small text-ink-3">
          This is of the whole sheet; only the first {count(choice.limit)} items will be made.
        </p>
      )}
    </>
  )
}
