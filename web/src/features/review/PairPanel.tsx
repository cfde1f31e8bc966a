/** A pair as the expert works on it: source and prompt on the left, the answer and its decisions on the right. */
import { useImperativeHandle, useMemo, useRef, useState, type Ref } from 'react'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { ItemPanel, spokenRef } from '@/features/sheets'
import { useMay } from '@/api/me'
import { useKey } from '@/lib/useKey'
import { SAVED } from '@/lib/useDraft'
import { IN_TEN } from '@/lib/words'
import { Badge, StateBadge, type BadgeTone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import {
  AnswerForm,
  DraftNote,
  makeChecker,
  showFirstError,
  withoutBlanks,
  type FieldErrors,
} from '@/ui/form'
import { IconButton } from '@/ui/IconButton'
import { PairAsides } from './PairAsides'
import { PromptTurns } from './PromptTurns'
import { fileAddress, spokenAnswer, type Decision, type PairDetail, type Work } from './review'
import { useWork, type WorkInHand } from './useWork'

interface PairPanelProps {
  /** Takes back, and puts back, what was changed here since the pair came up. */
  ref: Ref<Pick<WorkInHand, 'takeBack' | 'putBack'>>
  pair: PairDetail
  /** `settle` says that the work is submitted; it resolves when no older draft of it is on its way any more. */
  onDecide: (decision: Decision, work: Work, settle: () => Promise<unknown>) => void
  /** Keeps the note for everybody, once the draft is saved. */
  onNote: (notes: string, ready: Promise<unknown>) => void
  onMove: (id: string | null) => void
  onSkip: () => void
  /** What the last key did: "Approved invoice_0339". */
  said: string
}

export function PairPanel({ ref, pair, onDecide, onNote, onMove, onSkip, said }: PairPanelProps) {
  const may = useMay('pairs.review')
  const {
    content: work,
    prefilled,
    isOverAnswer,
    saved,
    change,
    takeBack,
    putBack,
    save,
    settle,
    leaveNote,
  } = useWork(pair)
  useImperativeHandle(ref, () => ({ takeBack, putBack }), [takeBack, putBack])
  const [errors, setErrors] = useState<FieldErrors>({})
  const form = useRef<HTMLDivElement>(null)
  const check = useMemo(() => makeChecker(pair.form.answer_schema), [pair.form.answer_schema])
  const waits = pair.status !== 'labeled'
  // Who only reads goes through the pairs in their order.
  const skips = may && waits

  const decideOn = (decision: Decision) => {
    const value = withoutBlanks(work.value)
    if (decision === 'approve') {
      const found = check(value ?? undefined)
      setErrors(found)
      if (Object.keys(found).length > 0) {
        showFirstError(form)
        return
      }
    }
    onDecide(decision, { ...work, value }, settle)
  }
  const note = () => {
    leaveNote()
    onNote(work.notes, save())
  }
  const next = () => (skips ? onSkip() : onMove(pair.next_id))
  const on = { enabled: may }
  useKey('review.approve', () => decideOn('approve'), on)
  useKey('review.submit', () => decideOn('approve'), on)
  useKey('review.submitAnywhere', () => decideOn('approve'), on)
  useKey('review.reject', () => decideOn('reject'), on)
  useKey('review.unlabelable', () => decideOn('unlabelable'), on)
  useKey('review.flag', () => decideOn('flag'), on)
  useKey('review.save', () => void save(), on)
  useKey('review.next', next)
  useKey('review.previous', () => onMove(pair.previous_id))

  const proposed =
    waits && pair.model_confidence !== null && typeof pair.value === 'string'
      ? { [pair.value]: pair.model_confidence }
      : undefined
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1.1fr)_minmax(24rem,1fr)]">
      <section aria-label="Source" className="relative flex min-h-0 flex-col border-r border-line">
        <h2 className="sr-only">Source</h2>
        {pair.item ? (
          <ItemPanel
            item={{ item_ref: pair.item_ref, fields: pair.item }}
            fields={pair.fields}
            withheld={pair.withheld}
            keyed
            className="min-h-0 flex-1"
            fileAddress={(field, index) => fileAddress(pair, field, index)}
          />
        ) : (
          <p className="flex-1 p-6 text-ink-2">{pair.item_problem ?? 'The source row cannot be read.'}</p>
        )}
        <PromptTurns
          turns={work.messages}
          before={pair.messages as Work['messages']}
          onChange={may ? (messages) => change({ messages }) : undefined}
        />
      </section>
      <section aria-label="Answer" className="flex min-h-0 flex-col bg-surface">
        <header className="shrink-0 border-b border-line px-4 py-1.5">
          <div className="flex items-center gap-2">
            <h2 className="min-w-0 truncate text-read" title={pair.item_ref}>
              {spokenRef(pair.item_ref)}
            </h2>
            <span className="text-small text-ink-3" aria-live="polite">
              {SAVED[saved]}
            </span>
            <span aria-hidden className="ml-auto min-w-0 truncate text-small text-ink-3" title={said}>
              {said}
            </span>
            <span className="flex shrink-0 items-center">
              <IconButton
                icon={ChevronLeft}
                label="Previous pair"
                keyName="review.previous"
                disabled={!pair.previous_id}
                onClick={() => onMove(pair.previous_id)}
              />
              <IconButton
                icon={ChevronRight}
                label={skips ? 'Skip to the next pair' : 'Next pair'}
                keyName="review.next"
                disabled={!skips && !pair.next_id}
                onClick={next}
              />
            </span>
          </div>
          <ul aria-label="Remarks" className="flex flex-wrap gap-1.5 pb-1">
            {!waits && (
              <li>
                <Badge tone="good">labeled by {pair.reviewed_by_name ?? 'a canonical label'}</Badge>
              </li>
            )}
            {(pair.status === 'flagged' || pair.status === 'rejected') && (
              <li title={`No export takes it while it is ${pair.status}.`}>
                <StateBadge state={pair.label?.verdict === 'unlabelable' ? 'unlabelable' : pair.status} />
              </li>
            )}
            {pair.badges.map((badge) => (
              <li key={`${badge.kind}${badge.text}`} className="max-w-full">
                <Badge
                  tone={toneOf(badge)}
                  title={badge.kind === 'confidence' ? IN_TEN : badge.text}
                  className="max-w-full"
                >
                  <span className="truncate">{badge.text}</span>
                </Badge>
              </li>
            ))}
          </ul>
        </header>
        <div ref={form} className="min-h-0 flex-1 overflow-auto">
          <Problem problem={pair.problem} />
          {isOverAnswer && (
            <DraftNote
              by={pair.reviewed_by_name ?? 'A canonical label'}
              answer={spokenAnswer(pair, pair.value)}
              onTake={() => change({ value: pair.value })}
            />
          )}
          <AnswerForm
            schema={pair.form.answer_schema}
            answer={work}
            onChange={(part) => {
              change(part)
              setErrors({})
            }}
            errors={errors}
            prefilled={prefilled}
            proposed={proposed}
            disabled={!may}
            onNote={may && work.notes !== (pair.notes ?? '') ? note : undefined}
          />
          <PairAsides pair={pair} />
        </div>
        <Decisions may={may} onDecide={decideOn} />
      </section>
    </div>
  )
}

function toneOf({ kind, severe }: PairDetail['badges'][number]): BadgeTone {
  // An unsure model is a reason to look closely, and no harm.
  if (severe) return kind === 'confidence' ? 'warn' : 'bad'
  return kind === 'uses' ? 'good' : 'neutral'
}

/** Why there is no answer to begin with. */
function Problem({ problem }: { problem: PairDetail['problem'] }) {
  if (!problem || Object.keys(problem).length === 0) return null
  const said = problem.detail ?? problem.message
  return (
    <p role="note" className="mx-4 mt-4 rounded-control bg-warn-soft px-3 py-2 text-ink">
      {typeof said === 'string' ? said : 'The model gave no usable answer.'}
    </p>
  )
}

function Decisions({ may, onDecide }: { may: boolean; onDecide: (decision: Decision) => void }) {
  if (!may) {
    return (
      <footer className="shrink-0 border-t border-line px-4 py-3 text-ink-3">
        You may look; deciding takes the role of an expert.
      </footer>
    )
  }
  return (
    <footer className="flex shrink-0 flex-wrap items-center gap-1.5 border-t border-line px-4 py-2">
      <Button tone="primary" keyName="review.approve" onClick={() => onDecide('approve')}>
        Approve
      </Button>
      <Button keyName="review.reject" onClick={() => onDecide('reject')}>
        Reject
      </Button>
      <Button keyName="review.flag" onClick={() => onDecide('flag')}>
        Flag
      </Button>
      <Button
        keyName="review.unlabelable"
        onClick={() => onDecide('unlabelable')}
        title="The item itself cannot be answered; it will not come back"
      >
        Unlabelable
      </Button>
    </footer>
  )
}
