/** One item to label: its fields and files on the left, the answer on the right. */
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useImperativeHandle, useMemo, useRef, useState, type Ref } from 'react'
import { useMay } from '@/api/me'
import type { Schemas } from '@/api/client'
import { itemFileAddress, ItemPanel, spokenRef } from '@/features/sheets'
import { SAVED } from '@/lib/useDraft'
import { useKey } from '@/lib/useKey'
import { Badge, StateBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Fold } from '@/ui/Card'
import {
  AnswerForm,
  DraftNote,
  makeChecker,
  showFirstError,
  withoutBlanks,
  type Answer,
  type FieldErrors,
} from '@/ui/form'
import { IconButton } from '@/ui/IconButton'
import { Time } from '@/ui/Time'
import { type ItemToLabel, type Walk } from './labels'
import { useLabelWork, type LabelWork } from './useLabelWork'

interface ItemLabelingProps {
  /** Takes back, and puts back, what was changed here since the item came up. */
  ref: Ref<Pick<LabelWork, 'takeBack' | 'putBack'>>
  walk: Walk
  item: ItemToLabel
  /** The item's fields, as the sheet shows them. */
  shown: Schemas['ItemPage']
  definition: Schemas['LabelsetVersion']
  hasPrevious: boolean
  /** `ready` resolves when no older draft of the item is on its way any more. */
  onSubmit: (answer: Answer, unlabelable: boolean, ready: Promise<unknown>) => void
  onPrevious: () => void
  onNext: () => void
}

const STALE: Record<string, string> = {
  item: 'Stale: the item changed since it was labeled',
  labelset: 'Stale: the label does not fit the labelset any more',
}

export function ItemLabeling({ ref, ...props }: ItemLabelingProps) {
  const { walk, item, shown, definition, hasPrevious, onSubmit, onPrevious, onNext } = props
  const may = useMay('labels.write') && !item.label?.withheld
  const fields = shown.items[0]
  const work = useLabelWork(walk, item, definition.answer_schema, fields?.fields ?? {})
  const { content, prefilled, isOverLabel, saved, change, takeBack, putBack, save, settle } = work
  useImperativeHandle(ref, () => ({ takeBack, putBack }), [takeBack, putBack])
  const [errors, setErrors] = useState<FieldErrors>({})
  const scroller = useRef<HTMLDivElement>(null)
  const check = useMemo(() => makeChecker(definition.answer_schema), [definition.answer_schema])

  const submit = (unlabelable: boolean) => {
    const value = withoutBlanks(content.value)
    const found = unlabelable ? {} : check(value ?? undefined)
    setErrors(found)
    if (Object.keys(found).length > 0) {
      showFirstError(scroller)
      return
    }
    onSubmit({ ...content, value: unlabelable ? null : value }, unlabelable, settle())
  }
  const on = { enabled: may }
  useKey('review.approve', () => submit(false), on)
  useKey('review.submit', () => submit(false), on)
  useKey('review.submitAnywhere', () => submit(false), on)
  useKey('review.unlabelable', () => submit(true), on)
  useKey('review.save', () => void save(), on)
  useKey('review.next', onNext)
  useKey('review.previous', onPrevious, { enabled: hasPrevious })
  useKey('review.guidelines', () => scroller.current?.querySelector<HTMLElement>('h3 button')?.click())

  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1.1fr)_minmax(24rem,1fr)]">
      <section aria-label="Source" className="relative flex min-h-0 flex-col border-r border-line">
        <h2 className="sr-only">Source</h2>
        {fields ? (
          <ItemPanel
            item={fields}
            fields={shown.fields}
            withheld={shown.withheld}
            keyed
            className="min-h-0 flex-1"
            fileAddress={(field, index) =>
              itemFileAddress({ sheetId: walk.sheetId, itemRef: item.item_ref, field, index })
            }
          />
        ) : (
          <p className="p-6">The item is not in the sheet any more.</p>
        )}
      </section>
      <section aria-label="Answer" className="flex min-h-0 flex-col bg-surface">
        <header className="shrink-0 border-b border-line px-4 py-1.5">
          <div className="flex items-center gap-2">
            <h2 className="min-w-0 truncate text-read" title={item.item_ref}>
              {spokenRef(item.item_ref)}
            </h2>
            <span className="text-small text-ink-3" aria-live="polite">
              {SAVED[saved]}
            </span>
            <span className="ml-auto flex shrink-0 items-center">
              <IconButton
                icon={ChevronLeft}
                label="Previous item"
                keyName="review.previous"
                disabled={!hasPrevious}
                onClick={onPrevious}
              />
              <IconButton icon={ChevronRight} label="Next item" keyName="review.next" onClick={onNext} />
            </span>
          </div>
          <p className="flex flex-wrap items-center gap-1.5 pb-1 text-small text-ink-2">
            <StateBadge state={item.state} />
            {item.label?.stale && <Badge tone="bad">{STALE[item.label.stale] ?? item.label.stale}</Badge>}
            {item.others.length > 0 && <Badge>{item.others.join(', ')} also at work here</Badge>}
            {item.label && (
              <span>
                by {item.label.labeled_by_name} <Time at={item.label.labeled_at} />
              </span>
            )}
          </p>
        </header>
        <div ref={scroller} className="min-h-0 flex-1 overflow-auto">
          {item.label?.withheld && (
            <p role="note" className="mx-4 mt-4 rounded-control bg-warn-soft px-3 py-2">
              {item.label.withheld}
            </p>
          )}
          {isOverLabel && item.label && (
            <DraftNote
              by={item.label.changed_by_name}
              answer={
                definition.classes?.find(({ id }) => id === item.label?.value)?.name ??
                item.label.value ??
                item.label.verdict
              }
              onTake={() => change({ value: item.label?.value })}
            />
          )}
          <AnswerForm
            schema={definition.answer_schema}
            answer={content}
            onChange={(part) => {
              change(part)
              setErrors({})
            }}
            errors={errors}
            prefilled={prefilled}
            disabled={!may}
          />
          {definition.instructions && (
            <div className="border-t border-line">
              <Fold name="review.guidelines" title="Guidelines">
                <p className="max-w-[75ch] whitespace-pre-wrap text-ink-2">{definition.instructions}</p>
              </Fold>
            </div>
          )}
        </div>
        <footer className="flex shrink-0 flex-wrap items-center gap-1.5 border-t border-line px-4 py-2">
          <Button tone="primary" keyName="review.submit" disabled={!may} onClick={() => submit(false)}>
            Submit
          </Button>
          <Button
            keyName="review.unlabelable"
            disabled={!may}
            onClick={() => submit(true)}
            title="The item itself cannot be answered; it will not come back"
          >
            Unlabelable
          </Button>
        </footer>
      </section>
    </div>
  )
}
