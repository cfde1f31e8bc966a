/** Choosing one of a few known values, with the browser's own list: reachable, fast, and right on every system. */
import { clsx } from 'clsx'
import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'

export interface Option {
  value: string
  label: string
  disabled?: boolean
}

export interface SelectProps extends Omit<ComponentProps<'select'>, 'onChange' | 'children'> {
  options: readonly Option[]
  onChange: (value: string) => void
  /** The entry for "nothing chosen". */
  placeholder?: string
}

export function Select({ options, onChange, placeholder, value, className, ...rest }: SelectProps) {
  return (
    <span className={clsx('relative inline-flex min-w-0', className)}>
      <select
        className="control h-7.5 w-full appearance-none truncate pr-7 pl-2.5"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      >
        {placeholder !== undefined && <option value="">{placeholder}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden size={14} className="pointer-events-none absolute top-2 right-2 text-ink-3" />
    </span>
  )
}
