/** One pair after the other: the source on the left, the answer on the right, every decision one key away. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ListChecks, Undo2 } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { Link, Navigate, useParams, useSearchParams } from 'react-router'
import { ProblemError } from '@/api/problem'
import { useMay } from '@/api/me'
import { spokenRef } from '@/features/sheets'
import { same } from '@/lib/steps'
import { forgetUnsent, keepUnsent, unsentOf } from '@/lib/unsent'
import { useIsHere } from '@/lib/useIsHere'
import { useKey } from '@/lib/useKey'
import { ButtonLink } from '@/ui/ButtonLink'
import { ErrorState } from '@/ui/ErrorState'
import { Confirm } from '@/ui/Dialog'
import { IconButton } from '@/ui/IconButton'
import { Skeleton, SkeletonText } from '@/ui/Skeleton'
import { tellError } from '@/ui/Toast'
import { ConflictDialog } from './ConflictDialog'
import { NothingLeft } from './NothingLeft'
import { PairPanel } from './PairPanel'
import { ProgressLine } from './ProgressLine'
import {
  discardDraft,
  keptOf,
  startOf,
  notePair,
  pairQuery,
  redo,
  releasePairs,
  saysTheSame,
  trainingSheetQuery,
  undo,
  type Decided,
  type DraftContent,
  type PairDetail,
  type PairFilter,
  type ReviewedPair,
} from './review'
import { useQueue } from './useQueue'
import { useTurns } from './useTurns'
import { useTyped } from './useTyped'
import { unsentName, type WorkInHand } from './useWork'

const SAID: Record<Decided['decision'], string> = {
  approve: 'Approved',
  reject: 'Rejected',
  unlabelable: 'Marked as unlabelable',
  flag: 'Flagged',
  reset: 'Back to unlabeled',
}

/** A pair comes up anew when something was decided on it, and not for a note. */
const keyOf = ({ id, status, value, label, reviewed_at }: PairDetail) =>
  JSON.stringify([id, status, value, label?.number, reviewed_at])

export default function ReviewPage() {
  const { id = '' } = useParams()
  const [params] = useSearchParams()
  const status = params.get('status') as 'flagged' | 'rejected' | null
  const filter = useMemo<PairFilter>(() => (status ? { status: [status] } : {}), [status])
  const client = useQueryClient()
  const may = useMay('pairs.review')
  const queue = useQueue(id, filter, may)
  const sheet = useQuery(trainingSheetQuery(id))
  const pair = useQuery({ ...pairQuery(queue.current ?? ''), enabled: queue.current !== undefined })
  const [said, setSaid] = useState('')
  const [conflict, setConflict] = useState<Decided>()
  const panel = useRef<Pick<WorkInHand, 'takeBack' | 'putBack'>>(null)
  const { noteInTurn, decideInTurn, moveInTurn } = useTurns(
    () => void client.invalidateQueries({ queryKey: trainingSheetQuery(id).queryKey, exact: true }),
  )
  const typed = useTyped()
  const isHere = useIsHere()
  const [asking, setAsking] = useState<() => void>()
  /** A decision takes the approval of the whole back, so that is asked first. */
  const reopening = (act: () => void) => (sheet.data?.state === 'approved' ? setAsking(() => act) : act())

  const settled = (reviewed: ReviewedPair) => {
    client.setQueryData(trainingSheetQuery(id).queryKey, (old) => old && { ...old, counts: reviewed.counts })
    if (sheet.data?.state === 'approved') {
      void client.invalidateQueries({ queryKey: trainingSheetQuery(id).queryKey })
    }
    void client.invalidateQueries({ queryKey: ['training-sheets'], refetchType: 'none' })
    void client.invalidateQueries({ queryKey: ['pair', reviewed.id] })
  }

  const submit = async (decided: Decided) => {
    const { pair: on, decision } = decided
    setConflict(undefined)
    queue.decide(on.id)
    try {
      settled(await decideInTurn(decided))
      queue.decided(on.id)
      typed.decided(decided)
      setSaid(`${SAID[decision]} ${spokenRef(on.item_ref)}`)
    } catch (error) {
      // What was typed is not lost with the decision: the panel goes on from it.
      keepUnsent(unsentName(on.id), keptOf(on, decided.work))
      await client.invalidateQueries({ queryKey: ['pair', on.id] })
      const isConflict = error instanceof ProblemError && error.isConflict
      const now = isConflict ? await client.query(pairQuery(on.id)).catch(() => null) : null
      if (now && saysTheSame(now, decided)) {
        queue.decided(on.id)
        forget(on.id)
        void releasePairs(id, [on.id]).catch(() => undefined)
        return setSaid(`${now.reviewed_by_name ?? 'Somebody'} said the same of ${spokenRef(on.item_ref)}`)
      }
      if (!isHere()) return tellError(error)
      queue.putBack(on.id)
      if (isConflict) setConflict(decided)
      else tellError(error)
    }
  }

  const forget = (pairId: string) => {
    forgetUnsent(unsentName(pairId))
    void discardDraft(pairId).catch(tellError)
  }

  const keepTheirs = ({ pair: on }: Decided) => {
    setConflict(undefined)
    queue.skip(on.id)
    forget(on.id)
  }

  const note = async (on: PairDetail, notes: string, ready: Promise<unknown>) => {
    try {
      settled(
        await noteInTurn(
          on.id,
          ready.then(() => notePair(on, notes)),
        ),
      )
      setSaid(`Left a note on ${spokenRef(on.item_ref)}`)
    } catch (error) {
      tellError(error)
    }
  }

  const undoLast = async () => {
    try {
      const reviewed = await undo(id)
      const work = typed.undone(reviewed.id)
      settled(reviewed)
      if (work && reviewed.status !== 'labeled') {
        keepUnsent(unsentName(reviewed.id), work)
        // What is known of the pair names a draft that went with the decision: it is asked for anew.
        void client.resetQueries({ queryKey: pairQuery(reviewed.id).queryKey, exact: true })
      }
      if (isHere()) queue.putBack(reviewed.id)
      setSaid(`Took back ${spokenRef(reviewed.item_ref)}`)
    } catch (error) {
      tellError(error)
    }
  }
  const redoLast = async () => {
    try {
      const reviewed = await redo(id)
      // What undo had put back goes with it, unless something else was typed since.
      const work = typed.redone(reviewed.id)
      const name = unsentName(reviewed.id)
      const shown = client.getQueryData(pairQuery(reviewed.id).queryKey)
      const newest = (unsentOf(name) as DraftContent | undefined) ?? shown?.draft?.content
      if (shown && work && same(startOf(shown, newest), startOf(shown, work))) {
        forgetUnsent(name)
        await discardDraft(reviewed.id)
      }
      settled(reviewed)
      if (isHere()) queue.decide(reviewed.id)
      queue.decided(reviewed.id)
      setSaid(`Decided again on ${spokenRef(reviewed.item_ref)}`)
    } catch (error) {
      tellError(error)
    }
  }
  // First what was changed on this pair, then the last decision.
  const undoKey = () => panel.current?.takeBack() || reopening(() => moveInTurn(undoLast))
  const redoKey = () => panel.current?.putBack() || reopening(() => moveInTurn(redoLast))
  useKey('review.undo', undoKey, { enabled: may })
  useKey('review.redo', redoKey, { enabled: may })

  if (!may && queue.current === undefined) return <Navigate to={`/label/${id}/pairs`} replace />
  if (sheet.isError) return <ErrorState page error={sheet.error} onRetry={() => void sheet.refetch()} />
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
        <div className="min-w-0 flex-1">{sheet.data && <ProgressLine counts={sheet.data.counts} />}</div>
        <span className="sr-only" aria-live="polite">
          {said}
        </span>
        <IconButton icon={Undo2} label="Undo" keyName="review.undo" disabled={!may} onClick={undoKey} />
        <ButtonLink size="small" icon={ListChecks} to={`/label/${id}/pairs`}>
          All pairs
        </ButtonLink>
      </header>
      {over ? (
        <NothingLeft
          trainingSheetId={id}
          state={queue.state as 'held' | 'done'}
          held={queue.held}
          counts={sheet.data?.counts}
          onLook={queue.refill}
        />
      ) : shown ? (
        <PairPanel
          ref={panel}
          key={keyOf(shown)}
          pair={shown}
          onDecide={(decision, work, settle) =>
            reopening(() => void submit({ pair: shown, work, decision, ready: settle() }))
          }
          onNote={(notes, ready) => void note(shown, notes, ready)}
          onMove={(to) => to && queue.show(to)}
          onSkip={() => queue.skip(shown.id)}
          said={said}
        />
      ) : pair.isError ? (
        <ErrorState error={pair.error} onRetry={() => void pair.refetch()} />
      ) : (
        <div className="grid flex-1 grid-cols-2 gap-6 p-6" role="status" aria-label="Loading the pair">
          <Skeleton className="h-full" />
          <SkeletonText lines={8} />
        </div>
      )}
      {asking && (
        <Confirm
          open
          onClose={() => setAsking(undefined)}
          title="Take the approval back?"
          lead="This training sheet is approved as a whole. Deciding on a pair takes it back into review, until somebody approves it again."
          action="Decide anyway"
          tone="danger" // so that a second Enter leaves the approval alone
          onConfirm={() => {
            setAsking(undefined)
            asking()
          }}
        />
      )}
      {conflict && (
        <ConflictDialog
          mine={conflict}
          onClose={() => setConflict(undefined)}
          onTheirs={() => keepTheirs(conflict)}
          onMine={(against) => void submit({ ...conflict, against })}
        />
      )}
    </div>
  )
}
