/** One pair after the other: the source on the left, the answer on the right, every decision one key away. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ListChecks } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { ProblemError } from '@/api/problem'
import { useKey } from '@/lib/useKey'
import { ButtonLink } from '@/ui/ButtonLink'
import { ErrorState } from '@/ui/ErrorState'
import { Skeleton, SkeletonText } from '@/ui/Skeleton'
import { tell, tellError } from '@/ui/Toast'
import { ConflictDialog } from './ConflictDialog'
import { NothingLeft } from './NothingLeft'
import { PairPanel } from './PairPanel'
import { ProgressLine } from './ProgressLine'
import {
  decide,
  pairQuery,
  redo,
  trainingSheetQuery,
  undo,
  type Decided,
  type PairCounts,
  type PairFilter,
  type ReviewedPair,
} from './review'
import { useQueue } from './useQueue'

const SAID: Record<Decided['decision'], string> = {
  approve: 'Approved',
  reject: 'Rejected',
  unlabelable: 'Marked as unlabelable',
  flag: 'Flagged',
  reset: 'Back to unlabeled',
}

export default function ReviewPage() {
  const { id = '' } = useParams()
  const [params] = useSearchParams()
  const status = params.get('status') as 'flagged' | 'rejected' | null
  const filter = useMemo<PairFilter>(() => (status ? { status: [status] } : {}), [status])
  const client = useQueryClient()
  const queue = useQueue(id, filter)
  const sheet = useQuery(trainingSheetQuery(id))
  const pair = useQuery({ ...pairQuery(queue.current ?? ''), enabled: queue.current !== undefined })
  const [counts, setCounts] = useState<PairCounts>()
  const [conflict, setConflict] = useState<Decided>()

  const settled = (reviewed: ReviewedPair) => {
    setCounts(reviewed.counts)
    void client.invalidateQueries({ queryKey: ['pair', reviewed.id] })
    void client.invalidateQueries({ queryKey: ['training-sheets'] })
  }

  const submit = async (decided: Decided) => {
    setConflict(undefined)
    queue.drop(decided.pair.id)
    if (queue.current === decided.pair.id) queue.advance(decided.pair.id)
    try {
      settled(await decide(decided))
      tell(`${SAID[decided.decision]} pair ${decided.pair.position + 1}`, {
        action: { label: 'Undo', run: () => void back(undo) },
      })
    } catch (error) {
      await client.invalidateQueries({ queryKey: ['pair', decided.pair.id] })
      queue.show(decided.pair.id)
      if (error instanceof ProblemError && error.isConflict) setConflict(decided)
      else tellError(error)
    }
  }

  const back = async (way: typeof undo) => {
    try {
      const reviewed = await way(id)
      settled(reviewed)
      queue.show(reviewed.id)
      tell(way === undo ? 'Undone' : 'Done again')
    } catch (error) {
      tellError(error)
    }
  }
  useKey('review.undo', () => void back(undo))
  useKey('review.redo', () => void back(redo))

  if (sheet.isError) return <ErrorState error={sheet.error} onRetry={() => void sheet.refetch()} />
  const shown = pair.data
  const over = queue.current === undefined && queue.state !== undefined && queue.state !== 'pairs'
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex h-12 shrink-0 items-center gap-4 border-b border-line px-6">
        <nav aria-label="Trail" className="flex min-w-0 items-baseline gap-2">
          <Link to="/label" className="text-ink-3 hover:text-ink hover:underline">
            Label
          </Link>
          <h1 className="truncate text-read font-semibold">
            {sheet.data?.name ?? <Skeleton className="h-4 w-40" />}
          </h1>
        </nav>
        {(counts ?? sheet.data?.counts) && (
          <ProgressLine counts={(counts ?? sheet.data?.counts) as PairCounts} className="min-w-0 flex-1" />
        )}
        <ButtonLink size="small" icon={ListChecks} to={`/label/${id}/pairs`}>
          All pairs
        </ButtonLink>
      </header>
      {over ? (
        <NothingLeft
          trainingSheetId={id}
          state={queue.state as 'held' | 'done'}
          held={queue.held}
          onLook={queue.refill}
        />
      ) : pair.isError ? (
        <ErrorState error={pair.error} onRetry={() => void pair.refetch()} />
      ) : shown ? (
        <PairPanel
          key={`${shown.id}-${shown.version}`}
          pair={shown}
          onDecide={(decision, work) => void submit({ pair: shown, work, decision })}
          onMove={(to) => to && queue.show(to)}
          onSkip={() => queue.advance(shown.id)}
          onUndo={() => void back(undo)}
        />
      ) : (
        <div className="grid flex-1 grid-cols-2 gap-6 p-6" role="status" aria-label="Loading the pair">
          <Skeleton className="h-full" />
          <SkeletonText lines={8} />
        </div>
      )}
      {conflict && (
        <ConflictDialog
          mine={conflict}
          onClose={() => setConflict(undefined)}
          onTheirs={() => {
            setConflict(undefined)
            queue.advance(conflict.pair.id)
          }}
          onMine={(against) => void submit({ ...conflict, against })}
        />
      )}
    </div>
  )
}
