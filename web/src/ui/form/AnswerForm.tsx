/** An expert's answer: the form from the schema, how sure they are, and a note for whoever comes next. */
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { enterSubmits, useKey } from '@/lib/useKey'
import { Button } from '../Button'
import { FieldError, TextArea } from '../Field'
import { FormFromSchema } from './FormFromSchema'
import { readShape, type JsonSchema } from './shape'
import type { FieldErrors } from './validate'

const SURE = ['high', 'medium', 'low'] as const

export interface Answer {
  value: unknown
  notes: string
  confidence: (typeof SURE)[number]
}

export interface AnswerFormProps {
  schema: JsonSchema
  answer: Answer
  onChange: (part: Partial<Answer>) => void
  errors: FieldErrors
  prefilled?: ReadonlySet<string> | undefined
  proposed?: Readonly<Record<string, number>> | undefined
  disabled: boolean
  /** Keeps the note for everybody at once, without a decision; left out where there is nothing to keep. */
  onNote?: (() => void) | undefined
}

/** The cursor goes behind what is there already; the browser would put it before. */
function goInto(field: HTMLElement | null | undefined) {
  field?.focus()
  if (field instanceof HTMLTextAreaElement) field.setSelectionRange(field.value.length, field.value.length)
}

/** Binds the keys for editing and noting, and the number keys for classes. */
export function AnswerForm({
  schema,
  answer,
  onChange,
  errors,
  prefilled,
  proposed,
  disabled,
  onNote,
}: AnswerFormProps) {
  const form = useRef<HTMLDivElement>(null)
  const notes = useRef<HTMLTextAreaElement>(null)
  const [noting, setNoting] = useState(false)
  const keyed = { enabled: !disabled }
  const edit = () => goInto(form.current?.querySelector<HTMLElement>('input, textarea, select, button'))
  useKey('review.edit', edit, keyed)
  const note = () => {
    // At once: the next key typed belongs to the note already, and is no command.
    flushSync(() => setNoting(true))
    goInto(notes.current)
  }
  useKey('review.note', note, keyed)
  // Where the whole answer is one field, that field says what is wrong with it.
  const elsewhere = readShape(schema)?.kind === 'object' || readShape(schema) === undefined
  return (
    <div className="flex flex-col gap-4 px-4 py-4">
      <div ref={form}>
        <FormFromSchema
          schema={schema}
          value={answer.value ?? undefined}
          onChange={(value) => onChange({ value })}
          errors={errors}
          {...(prefilled ? { prefilled } : {})}
          proposed={proposed}
          disabled={disabled}
          keyed
        />
        {errors[''] && elsewhere && (
          <div role="alert" className="mt-2">
            <FieldError>{errors['']}</FieldError>
          </div>
        )}
      </div>
      {(noting || answer.notes !== '') && (
        <div className="flex items-end gap-2">
          <TextArea
            ref={notes}
            aria-label="Note"
            placeholder="A note for whoever sees this next"
            rows={2}
            maxLength={10_000}
            value={answer.notes}
            disabled={disabled}
            onChange={(event) => {
              setNoting(true) // it stays when all of it is deleted
              onChange({ notes: event.target.value })
            }}
          />
          {onNote && (
            <Button size="small" title="Others see it at once; the pair stays undecided" onClick={onNote}>
              Leave the note
            </Button>
          )}
        </div>
      )}
      <div className="flex items-center gap-2 text-small text-ink-2">
        <span id="how-sure">How sure</span>
        <div role="group" aria-labelledby="how-sure" className="flex gap-1">
          {SURE.map((level) => (
            <button
              key={level}
              type="button"
              aria-pressed={answer.confidence === level}
              disabled={disabled}
              {...enterSubmits(() => onChange({ confidence: level }))}
              className={
                answer.confidence === level
                  ? 'h-6 rounded-control bg-accent-soft px-2 font-medium text-accent-ink'
                  : 'h-6 rounded-control px-2 hover:bg-hover'
              }
            >
              {level}
            </button>
          ))}
        </div>
        <span className="ml-auto flex">
          <Button tone="quiet" size="small" keyName="review.edit" disabled={disabled} onClick={edit}>
            Edit
          </Button>
          <Button tone="quiet" size="small" keyName="review.note" disabled={disabled} onClick={note}>
            Note
          </Button>
        </span>
      </div>
    </div>
  )
}
