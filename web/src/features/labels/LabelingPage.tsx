/** Labeling a sheet directly, one item after the other; the next is shown at once. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, ListChecks, Undo2 } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useMay } from '@/api/me'
import { ProblemError } from '@/api/problem'
import { sheetQuery, spokenRef } from '@/features/sheets'
import { forgetUnsent, keepUnsent } from '@/lib/unsent'
import { useIsHere } from '@/lib/useIsHere'
import { useKey } from '@/lib/useKey'
import type { Answer } from '@/ui/form'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorState } from '@/ui/ErrorState'
import { IconButton } from '@/ui/IconButton'
import { Select } from '@/ui/Select'
import { Skeleton, SkeletonText } from '@/ui/Skeleton'
import { tellError } from '@/ui/Toast'
import { ItemLabeling } from './ItemLabeling'
import {
  definitionQuery,
  discardLabelDraft,
  itemQuery,
  itemToLabelQuery,
  labelsetsQuery,
  progressQuery,
  submitLabel,
  undoOutcome,
  type ItemToLabel,
  type LabelingFilter,
  type Outcome,
} from './labels'
import { LabelConflict } from './LabelConflict'
import { LabelingProgressLine } from './Progress'
import { unsentName, type LabelWork } from './useLabelWork'
import { useWalk } from './useWalk'

const SHOWN: { value: LabelingFilter; label: string }[] = [
  { value: 'to_do', label: 'To do' },
  { value: 'unlabeled', label: 'Unlabeled' },
  { value: 'stale', label: 'Stale' },
  { value: 'labeled', label: 'Labeled' },
  { value: 'all', label: 'All items' },
]

export default function LabelingPage() {
  const [params] = useSearchParams()
  return params.get('sheet') && params.get('type') ? <Labeling /> : <NothingChosen />
}

function NothingChosen() {
  return (
    <EmptyState
      page
      icon={ListChecks}
      title="Choose what to label"
      actions={
        <ButtonLink tone="primary" to="/labels">
          Choose a labelset and a sheet
        </ButtonLink>
      }
    >
      Labeling walks through the items of one sheet with the form of one labelset.
    </EmptyState>
  )
}

function Labeling() {
  const [params, setParams] = useSearchParams()
  const sheetId = params.get('sheet') ?? ''
  const labelType = params.get('type') ?? ''
  const show = (params.get('show') ?? 'to_do') as LabelingFilter
  const walk = useMemo(() => ({ sheetId, labelType }), [sheetId, labelType])
  const client = useQueryClient()
  const may = useMay('labels.write')
  const sheet = useQuery(sheetQuery(sheetId))
  const labelsets = useQuery(labelsetsQuery)
  const labelset = labelsets.data?.items.find((one) => one.label_type === labelType)
  const definition = useQuery(definitionQuery(labelset))
  const progress = useQuery(progressQuery(walk))
  const steps = useWalk(walk, show)
  const item = useQuery({
    ...itemToLabelQuery(walk, steps.current ?? ''),
    enabled: steps.current !== undefined,
  })
  const shown = useQuery({
    ...itemQuery(sheetId, steps.current ?? ''),
    enabled: steps.current !== undefined,
  })
  const panel = useRef<Pick<LabelWork, 'takeBack' | 'putBack'>>(null)
  const done = useRef<Outcome[]>([])
  const underWay = useRef(new Set<Promise<boolean>>())
  const movingBack = useRef<Promise<unknown>>(Promise.resolve())
  const isHere = useIsHere()
  const [said, setSaid] = useState('')
  const [conflict, setConflict] = useState<{ now: ItemToLabel; mine: Answer }>()

  const refresh = (itemRef: string) => {
    void client.invalidateQueries({ queryKey: progressQuery(walk).queryKey })
    void client.invalidateQueries({ queryKey: ['labels', 'list'], refetchType: 'none' })
    return client.invalidateQueries({ queryKey: itemToLabelQuery(walk, itemRef).queryKey })
  }

  /** Undo waits for what is on its way: that is the last one. */
  const inTurn = (turn: Promise<boolean>) => {
    underWay.current.add(turn)
    void turn.finally(() => underWay.current.delete(turn))
  }

  /** Whether it was taken. */
  const submit = async (on: ItemToLabel, answer: Answer, unlabelable: boolean, ready?: Promise<unknown>) => {
    setConflict(undefined)
    steps.next()
    try {
      await movingBack.current
      await ready
      const outcome = await submitLabel({
        sheet_id: sheetId,
        sheet_version: null,
        item_ref: on.item_ref,
        label_type: labelType,
        labelset_version: null,
        verdict: unlabelable ? 'unlabelable' : 'answered',
        value: answer.value,
        confidence: answer.confidence,
        notes: answer.notes,
        fields: null,
        version: on.label?.number ?? null,
      })
      if (outcome.change !== 'unchanged') done.current.push(outcome)
      setSaid(`${unlabelable ? 'Unlabelable' : 'Labeled'}: ${spokenRef(on.item_ref)}`)
      await refresh(on.item_ref)
      return true
    } catch (error) {
      // What was typed is not lost with the submission: the form goes on from it.
      if (!unlabelable) keepUnsent(unsentName(walk, on.item_ref), answer)
      await refresh(on.item_ref)
      if (isHere()) steps.go(on.item_ref)
      if (isHere() && error instanceof ProblemError && error.isConflict) {
        await client
          .query({ ...itemToLabelQuery(walk, on.item_ref), staleTime: 0 })
          .then((now) => setConflict({ now, mine: answer }), tellError)
      } else tellError(error)
      return false
    }
  }

  const undo = async (before: readonly Promise<boolean>[]) => {
    const taken = await Promise.all(before)
    const last = done.current.at(-1)
    if (!last || taken.at(-1) === false) return
    try {
      const now = await undoOutcome(last)
      done.current = done.current.filter((outcome) => outcome !== last)
      const { verdict, item_ref, value, notes, confidence } = last.label
      // Where nothing is answered again, it is the submission that is taken back and not the typing.
      if (verdict === 'answered' && now.verdict === 'retracted') {
        keepUnsent(unsentName(walk, item_ref), { value, notes: notes ?? '', confidence })
        // What is known of the item names a draft that went with the submission: it is asked for anew.
        await client.resetQueries({ queryKey: itemToLabelQuery(walk, item_ref).queryKey })
      }
      await refresh(last.label.item_ref)
      if (isHere()) steps.go(last.label.item_ref)
      setSaid(`Took back ${spokenRef(last.label.item_ref)}`)
    } catch (error) {
      tellError(error)
    }
  }
  // First what was changed on this item, then the last submission.
  const undoKey = () => {
    if (panel.current?.takeBack()) return
    const before = [...underWay.current]
    movingBack.current = movingBack.current.then(() => undo(before)).catch(tellError)
  }
  useKey('review.undo', undoKey, { enabled: may })
  useKey('review.redo', () => panel.current?.putBack(), { enabled: may })

  // An answer in hand stays on the screen although asking again failed.
  const failed =
    item.data && shown.data && definition.data
      ? null
      : (sheet.error ?? definition.error ?? steps.error ?? item.error ?? shown.error)
  const overview = `/labels?type=${labelType}&sheet=${sheetId}`
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex h-12 shrink-0 items-center gap-4 border-b border-line px-6">
        <nav aria-label="Trail" className="flex min-w-0 items-baseline gap-2">
          <Link to={overview} className="shrink-0 text-ink-3 hover:text-ink hover:underline">
            {labelset?.name ?? 'Labels'}
          </Link>
          <h1 className="truncate text-read font-semibold">
            {sheet.data?.name ?? <Skeleton className="h-4 w-40" />}
          </h1>
        </nav>
        <div className="min-w-0 flex-1">
          {progress.data && <LabelingProgressLine progress={progress.data} />}
        </div>
        <span className="max-w-44 truncate text-small text-ink-3" aria-live="polite" title={said}>
          {said}
        </span>
        <IconButton icon={Undo2} label="Undo" keyName="review.undo" disabled={!may} onClick={undoKey} />
        <Select
          aria-label="Which items"
          value={show}
          options={SHOWN}
          onChange={(value) => setParams({ type: labelType, sheet: sheetId, show: value })}
        />
      </header>
      {failed ? (
        <ErrorState error={failed} onRetry={() => void client.invalidateQueries()} />
      ) : steps.isPast ? (
        <EmptyState
          icon={CircleCheck}
          title={show === 'to_do' ? 'Nothing is left to label here' : 'That was the last one'}
          actions={
            <>
              <ButtonLink tone="primary" to={overview}>
                See the labels
              </ButtonLink>
              <Button onClick={steps.startAgain}>Look again from the start</Button>
            </>
          }
        >
          Items that were skipped, and rows that were added meanwhile, come when you look again.
        </EmptyState>
      ) : item.data && shown.data && definition.data && item.data.item_ref === steps.current ? (
        <ItemLabeling
          ref={panel}
          key={`${item.data.item_ref}-${item.data.label?.number ?? 0}`}
          walk={walk}
          item={item.data}
          shown={shown.data}
          definition={definition.data}
          hasPrevious={steps.hasPrevious}
          onSubmit={(answer, unlabelable, ready) => inTurn(submit(item.data, answer, unlabelable, ready))}
          onPrevious={steps.previous}
          onNext={steps.next}
        />
      ) : (
        <div className="grid flex-1 grid-cols-2 gap-6 p-6" role="status" aria-label="Loading the item">
          <Skeleton className="h-full" />
          <SkeletonText lines={8} />
        </div>
      )}
      {conflict && definition.data && (
        <LabelConflict
          {...conflict}
          definition={definition.data}
          onClose={() => setConflict(undefined)}
          onTheirs={() => {
            setConflict(undefined)
            forgetUnsent(unsentName(walk, conflict.now.item_ref))
            void discardLabelDraft(walk, conflict.now.item_ref).catch(tellError)
            steps.next()
          }}
          onMine={() => inTurn(submit(conflict.now, conflict.mine, conflict.mine.value === null))}
        />
      )}
    </div>
  )
}
