/** Form fields: one label, one hint, one error beside the input, wired together for assistive technology. */
import { clsx } from 'clsx'
import { CircleAlert } from 'lucide-react'
import { useId, type ComponentProps, type ReactNode } from 'react'

interface Wired {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  'aria-required': true | undefined
}

export interface FieldProps {
  label: ReactNode
  hint?: ReactNode
  error?: ReactNode
  required?: boolean | undefined
  /** Shown at the right end of the label's line, or under a label that stands beside: a badge, a counter. */
  aside?: ReactNode
  /** The label stands left of the input: for forms of many short fields. */
  beside?: boolean | undefined
  hideLabel?: boolean
  className?: string
  children: (wired: Wired) => ReactNode
}

export function Field({
  label,
  hint,
  error,
  required = false,
  aside,
  beside = false,
  hideLabel = false,
  className,
  children,
}: FieldProps) {
  const id = useId()
  const described = clsx(hint && `${id}-hint`, error && `${id}-error`) || undefined
  return (
    <div
      className={clsx(
        'min-w-0',
        beside ? 'grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-3' : 'flex flex-col gap-1',
        className,
      )}
    >
      <div
        className={clsx(
          'flex',
          beside ? 'min-w-0 flex-col pt-1.5 leading-4.5' : 'items-baseline gap-2',
          hideLabel && 'sr-only',
        )}
      >
        <label htmlFor={id} className="text-small font-medium text-ink-2">
          {label}
          {required && (
            <span aria-hidden className="text-copper">
              {' '}
              *
            </span>
          )}
        </label>
        {aside && <span className={beside ? '' : 'ml-auto'}>{aside}</span>}
      </div>
      <div className={beside ? 'flex min-w-0 flex-col gap-1' : 'contents'}>
        {children({
          id,
          'aria-describedby': described,
          'aria-invalid': error ? true : undefined,
          'aria-required': required || undefined,
        })}
        {hint && (
          <p id={`${id}-hint`} className="text-small text-ink-3">
            {hint}
          </p>
        )}
        {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      </div>
    </div>
  )
}

export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} className="flex items-start gap-1 text-small text-bad">
      <CircleAlert aria-hidden size={13} className="mt-0.5 shrink-0" />
      <span>{children}</span>
    </p>
  )
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={clsx('control h-7.5 w-full min-w-0 px-2.5', className)} {...rest} />
}

export function TextArea({ className, rows = 3, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      rows={rows}
      className={clsx('control field-sizing-content max-h-96 w-full resize-y px-2.5 py-1.5', className)}
      {...rest}
    />
  )
}

export function Checkbox({ label, className, ...rest }: ComponentProps<'input'> & { label: ReactNode }) {
  return (
    <label className={clsx('flex min-h-6 items-center gap-2', className)}>
      <input type="checkbox" className="size-4 shrink-0 accent-accent" {...rest} />
      <span>{label}</span>
    </label>
  )
}

/** A few choices of which one holds, all visible. */
export function RadioGroup<Value extends string>(props: {
  label: string
  value: Value | undefined
  options: readonly { value: Value; label: ReactNode; hint?: ReactNode; disabled?: boolean }[]
  onChange: (value: Value) => void
}) {
  const name = useId()
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-small font-medium text-ink-2">{props.label}</legend>
      {props.options.map((option) => (
        <label
          key={option.value}
          className={clsx(
            'flex items-start gap-2.5 rounded-control border px-3 py-2',
            option.value === props.value ? 'border-accent bg-accent-soft' : 'border-line bg-raised',
            option.disabled ? 'opacity-55' : 'cursor-pointer hover:border-line-strong',
          )}
        >
          <input
            type="radio"
            name={name}
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={option.value === props.value}
            disabled={option.disabled}
            onChange={() => props.onChange(option.value)}
          />
          <span>
            <span className="font-medium">{option.label}</span>
            {option.hint && <span className="block text-small text-ink-3">{option.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
