/** One field of a form made from a schema, and the fields inside it. */
import { Plus, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '../Button'
import { IconButton } from '../IconButton'
import { Checkbox, Field, FieldError, Input, TextArea } from '../Field'
import { ClassButtons } from './ClassButtons'
import type { Shape } from './shape'
import type { FieldErrors } from './validate'

export interface FormContext {
  errors: FieldErrors
  prefilled: ReadonlySet<string>
  proposed: Readonly<Record<string, number>> | undefined
  disabled: boolean
  /** The one field whose classes answer to the number keys. */
  keyedPath: string | undefined
}

export interface ShapeInputProps {
  shape: Shape
  path: string
  label: string
  hint?: string | undefined
  required: boolean
  value: unknown
  onChange: (value: unknown) => void
  context: FormContext
}

const within = (path: string, name: string | number) => (path ? `${path}.${name}` : String(name))

export function ShapeInput(props: ShapeInputProps) {
  switch (props.shape.kind) {
    case 'object':
      return <ObjectInput {...props} shape={props.shape} />
    case 'list':
      return <ListInput {...props} shape={props.shape} />
    case 'classes':
      return <ClassesInput {...props} shape={props.shape} />
    case 'boolean':
      return <BooleanInput {...props} />
    default:
      return <ScalarInput {...props} shape={props.shape} />
  }
}

type Of<Kind extends Shape['kind']> = ShapeInputProps & { shape: Extract<Shape, { kind: Kind }> }

function ObjectInput({ shape, path, label, value, onChange, context }: Of<'object'>) {
  const object = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const fields = shape.fields.map((field) => (
    <ShapeInput
      key={field.name}
      {...field}
      path={within(path, field.name)}
      value={object[field.name]}
      // A field left blank stays as undefined, which JSON leaves out.
      onChange={(inner) => onChange({ ...object, [field.name]: inner })}
      context={context}
    />
  ))
  const error = context.errors[path]
  if (path === '') return <div className="flex flex-col gap-3">{fields}</div>
  return (
    <fieldset
      data-invalid={error && ''}
      className="flex flex-col gap-3 rounded-control border border-line p-3"
    >
      <legend className="px-1 text-small font-medium text-ink-2">{label}</legend>
      {fields}
      {error && <FieldError>{error}</FieldError>}
    </fieldset>
  )
}

function ListInput({ shape, path, label, hint, value, onChange, context }: Of<'list'>) {
  const list = Array.isArray(value) ? (value as unknown[]) : []
  const replace = (place: number, inner: unknown) =>
    onChange(list.map((old, other) => (other === place ? inner : old)))
  const error = context.errors[path]
  const errorId = useId()
  return (
    <div
      role="group"
      aria-label={label}
      aria-describedby={error && errorId}
      data-invalid={error && ''}
      className="flex flex-col gap-2"
    >
      <div>
        <span className="mr-2 text-small font-medium text-ink-2">{label}</span>
        <Prefilled path={path} context={context} />
        {hint && <p className="text-small text-ink-3">{hint}</p>}
      </div>
      {list.map((item, place) => (
        <div key={place} className="flex items-start gap-1.5">
          <div className="min-w-0 flex-1">
            <ShapeInput
              shape={shape.of}
              path={within(path, place)}
              label={`${shape.item.title ?? label} ${place + 1}`}
              required
              value={item}
              onChange={(inner) => replace(place, inner)}
              context={context}
            />
          </div>
          <IconButton
            icon={Trash2}
            size="small"
            label={`Remove ${label} ${place + 1}`}
            disabled={context.disabled}
            onClick={() => onChange(list.filter((_, other) => other !== place))}
          />
        </div>
      ))}
      <Button
        size="small"
        icon={Plus}
        className="self-start"
        disabled={context.disabled}
        onClick={() => onChange([...list, shape.of.kind === 'object' ? {} : ''])}
      >
        Add
      </Button>
      {error && <FieldError id={errorId}>{error}</FieldError>}
    </div>
  )
}

function ClassesInput({ shape, path, label, hint, required, value, onChange, context }: Of<'classes'>) {
  const error = context.errors[path]
  const errorId = useId()
  const keyed = context.keyedPath === path
  return (
    <div data-invalid={error && ''} className="flex flex-col gap-1.5">
      <div>
        <span className="text-small font-medium text-ink-2">{label}</span>
        {required && path !== '' && (
          <span aria-hidden className="text-copper">
            {' * '}
          </span>
        )}
        <Prefilled path={path} context={context} />
        {hint && <p className="text-small text-ink-3">{hint}</p>}
      </div>
      <ClassButtons
        choices={shape.choices}
        many={shape.many}
        value={value}
        onChange={onChange}
        keyed={keyed}
        proposed={keyed ? context.proposed : undefined}
        disabled={context.disabled}
        label={label}
        aria-describedby={error && errorId}
      />
      {error && <FieldError id={errorId}>{error}</FieldError>}
    </div>
  )
}

const YES_OR_NO = ['yes', 'no'].map((value) => ({ value, label: value, hint: undefined }))

function BooleanInput(props: ShapeInputProps) {
  const { path, label, hint, required, value, onChange, context } = props
  const error = context.errors[path]
  if (required) {
    // A box that nobody ticked yet would look like a "no".
    return (
      <ClassesInput
        {...props}
        shape={{ kind: 'classes', choices: YES_OR_NO, many: false }}
        value={typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}
        onChange={(picked) => onChange(picked === 'yes')}
      />
    )
  }
  return (
    <div>
      <Checkbox
        label={
          <>
            {label} <Prefilled path={path} context={context} />
          </>
        }
        checked={value === true}
        disabled={context.disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      {hint && <p className="text-small text-ink-3">{hint}</p>}
      {error && <FieldError>{error}</FieldError>}
    </div>
  )
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** The number that a text means; the text itself where it means none, or one that would be sent as another. */
function numberOf(text: string): number | string | undefined {
  const typed = text.trim()
  const number = Number(typed)
  if (typed === '') return undefined
  const isExact = Number.isSafeInteger(number) || !/^[+-]?\d+$/.test(typed)
  return DECIMAL.test(typed) && Number.isFinite(number) && isExact ? number : text
}

function ScalarInput({
  shape,
  path,
  label,
  hint,
  required,
  value,
  onChange,
  context,
}: Of<'text' | 'number'>) {
  const [typed, setTyped] = useState('')
  const known = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  // "12." is on its way to 12.5: what stands in the field is what was typed, as long as it means the value.
  const text = shape.kind === 'number' && typed !== '' && Number(typed) === value ? typed : known
  const change = (next: string) => {
    setTyped(next)
    // What cannot be a number stays as typed: the checker says so, nothing typed is lost.
    onChange(shape.kind === 'number' ? numberOf(next) : next === '' ? undefined : next)
  }
  return (
    <Field
      label={label}
      hint={hint}
      error={context.errors[path]}
      required={required && path !== ''}
      beside={path !== ''}
      aside={<Prefilled path={path} context={context} />}
    >
      {(wired) =>
        shape.kind === 'text' && shape.long ? (
          <TextArea
            {...wired}
            rows={1}
            value={text}
            disabled={context.disabled}
            onChange={(event) => change(event.target.value)}
          />
        ) : (
          <Input
            {...wired}
            type={shape.kind === 'text' ? shape.input : 'text'}
            // A number field would hide what is not a number; this one shows it beside the reason.
            inputMode={shape.kind === 'text' ? undefined : shape.integer ? 'numeric' : 'decimal'}
            value={text}
            disabled={context.disabled}
            onChange={(event) => change(event.target.value)}
          />
        )
      }
    </Field>
  )
}

function Prefilled({ path, context }: { path: string; context: FormContext }) {
  if (!context.prefilled.has(path)) return null
  return <span className="text-small leading-4 text-info">from the row</span>
}
