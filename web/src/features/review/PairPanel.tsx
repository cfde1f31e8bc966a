/** A pair as the expert works on it: source and prompt, answer and remarks, and the row of decisions. */
import { useMemo, useRef, useState } from 'react'
import { Ban, Check, ChevronLeft, ChevronRight, Flag, PencilLine, Undo2, X } from 'lucide-react'
import { ItemPanel, itemFileAddress, spokenRef } from '@/features/sheets'
import { useMay } from '@/api/me'
import { useKey } from '@/lib/useKey'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { FormFromSchema, makeChecker, withoutBlanks, type FieldErrors } from '@/ui/form'
import { IconButton } from '@/ui/IconButton'
import { TextArea } from '@/ui/Field'
import { tellError } from '@/ui/Toast'
import { PairAsides } from './PairAsides'
import { PromptTurns } from './PromptTurns'
import { same, type Decision, type PairDetail, type Work } from './review'
import { useWork, type Saved } from './useWork'

interface PairPanelProps {
  pair: PairDetail
  onDecide: (decision: Decision, work: Work) => void
  onMove: (id: string | null) => void
  onSkip: () => void
  onUndo: () => void
}

const SAVED: Record<Saved, string> = {
  clean: '',
  typing: 'typing…',
  saving: 'saving…',
  saved: 'saved',
  failed: 'not saved',
}

function problemText(problem: Record<string, unknown>): string {
  const said = problem.detail ?? problem.message
  return typeof said === 'string' ? said : 'The model gave no usable answer.'
}

export function PairPanel({ pair, onDecide, onMove, onSkip, onUndo }: PairPanelProps) {
  const may = useMay('pairs.review')
  const { work, prefilled, saved, change, save, settle } = useWork(pair)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [showNotes, setShowNotes] = useState(work.notes !== '')
  const form = useRef<HTMLDivElement>(null)
  const notes = useRef<HTMLTextAreaElement>(null)
  const check = useMemo(() => makeChecker(pair.form.answer_schema), [pair.form.answer_schema])
  const waits = pair.status !== 'labeled'

  const decideOn = (decision: Decision) => {
    const value = withoutBlanks(work.value)
    if (decision === 'approve') {
      const found = check(value ?? undefined)
      setErrors(found)
      if (Object.keys(found).length > 0) {
        form.current?.scrollIntoView({ block: 'nearest' })
        return
      }
    }
    settle()
    onDecide(decision, { ...work, value })
  }
  const edit = () =>
    form.current?.querySelector<HTMLElement>('input, textarea, select, [role=combobox], button')?.focus()
  const note = () => {
    setShowNotes(true)
    requestAnimationFrame(() => notes.current?.focus())
  }
  const on = { enabled: may }
  useKey('review.approve', () => decideOn('approve'), on)
  useKey('review.submit', () => decideOn('approve'), on)
  useKey('review.submitAnywhere', () => decideOn('approve'), on)
  useKey('review.reject', () => decideOn('reject'), on)
  useKey('review.unlabelable', () => decideOn('unlabelable'), on)
  useKey('review.flag', () => decideOn('flag'), on)
  useKey('review.edit', edit, on)
  useKey('review.note', note, on)
  useKey('review.save', () => void save().catch(tellError), on)
  useKey('review.next', () => (waits ? onSkip() : onMove(pair.next_id)))
  useKey('review.previous', () => onMove(pair.previous_id))

  const proposed =
    pair.model_confidence !== null && typeof pair.value === 'string'
      ? { [pair.value]: pair.model_confidence }
      : undefined
  const { training_sheet: sheet } = pair
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1.1fr)_minmax(24rem,1fr)]">
      <section aria-label="Source" className="flex min-h-0 flex-col border-r border-line">
        {pair.item ? (
          <ItemPanel
            item={{ item_ref: pair.item_ref, fields: pair.item }}
            fields={pair.fields}
            withheld={pair.withheld}
            keyed
            className="min-h-0 flex-1"
            fileAddress={(field, index) =>
              itemFileAddress({
                sheetId: sheet.sheet_id,
                itemRef: pair.item_ref,
                field,
                index,
                number: sheet.sheet_version,
              })
            }
          />
        ) : (
          <p className="p-6 text-ink-2">{pair.item_problem ?? 'The source row cannot be read.'}</p>
        )}
        <PromptTurns
          turns={work.messages}
          before={pair.messages as Work['messages']}
          onChange={may ? (messages) => change({ messages }) : undefined}
        />
      </section>
      <section aria-label="Answer" className="flex min-h-0 flex-col bg-surface">
        <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-1.5 border-b border-line px-4 py-1.5">
          <span className="mr-1 truncate font-medium" title={pair.item_ref}>
            {spokenRef(pair.item_ref)}
          </span>
          {pair.badges.map((badge) => (
            <Badge
              key={`${badge.kind}${badge.text}`}
              tone={badge.severe ? 'bad' : badge.kind === 'uses' ? 'good' : 'neutral'}
            >
              {badge.text}
            </Badge>
          ))}
          <span className="ml-auto text-small text-ink-3" aria-live="polite">
            {SAVED[saved]}
          </span>
        </div>
        <div className="min-h-0 flex-1 overflow-auto">
          <div ref={form} className="px-4 py-4">
            {pair.problem && !same(pair.problem, {}) && (
              <p role="note" className="mb-3 rounded-control bg-warn-soft px-3 py-2 text-ink">
                {problemText(pair.problem)}
              </p>
            )}
            <FormFromSchema
              schema={pair.form.answer_schema}
              value={work.value ?? undefined}
              onChange={(value) => {
                change({ value })
                setErrors({})
              }}
              errors={errors}
              prefilled={prefilled}
              proposed={proposed}
              disabled={!may}
              keyed
            />
            {errors[''] && (
              <p role="alert" className="mt-2 text-bad">
                {errors['']}
              </p>
            )}
            {showNotes && (
              <TextArea
                ref={notes}
                aria-label="Notes"
                placeholder="Notes for whoever sees this next"
                rows={2}
                value={work.notes}
                onChange={(event) => change({ notes: event.target.value })}
                className="mt-4"
              />
            )}
          </div>
          <PairAsides pair={pair} />
        </div>
        <footer className="flex shrink-0 flex-wrap items-center gap-1.5 border-t border-line px-4 py-2">
          <Button
            tone="primary"
            icon={Check}
            keyName="review.approve"
            disabled={!may}
            onClick={() => decideOn('approve')}
          >
            Approve
          </Button>
          <Button icon={PencilLine} keyName="review.edit" disabled={!may} onClick={edit}>
            Edit
          </Button>
          <Button icon={X} keyName="review.reject" disabled={!may} onClick={() => decideOn('reject')}>
            Reject
          </Button>
          <Button icon={Flag} keyName="review.flag" disabled={!may} onClick={() => decideOn('flag')}>
            Flag
          </Button>
          <Button
            icon={Ban}
            keyName="review.unlabelable"
            disabled={!may}
            onClick={() => decideOn('unlabelable')}
            title="The item itself cannot be answered; it will not come back"
          >
            Unlabelable
          </Button>
          <span className="ml-auto flex items-center">
            {!showNotes && (
              <Button tone="quiet" size="small" keyName="review.note" disabled={!may} onClick={note}>
                Note
              </Button>
            )}
            <IconButton icon={Undo2} label="Undo" keyName="review.undo" disabled={!may} onClick={onUndo} />
            <IconButton
              icon={ChevronLeft}
              label="Previous pair"
              keyName="review.previous"
              disabled={!pair.previous_id}
              onClick={() => onMove(pair.previous_id)}
            />
            <IconButton
              icon={ChevronRight}
              label={waits ? 'Skip to the next pair' : 'Next pair'}
              keyName="review.next"
              onClick={() => (waits ? onSkip() : onMove(pair.next_id))}
            />
          </span>
        </footer>
      </section>
    </div>
  )
}
