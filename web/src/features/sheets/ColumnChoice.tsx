/** Choosing columns by pressing their names; the order of pressing is the order kept. */
import { clsx } from 'clsx'
import { useState } from 'react'
import { FieldError } from '@/ui/Field'

interface ColumnChoiceProps {
  label: string
  hint: string
  columns: readonly string[]
  /** Shown first; when given, the others wait behind a press. */
  first?: readonly string[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
  error?: string | undefined
}

const AT_ONCE = 8

export function ColumnChoice({
  label,
  hint,
  columns,
  first = [],
  chosen,
  onChange,
  error,
}: ColumnChoiceProps) {
  const [all, setAll] = useState(false)
  const ordered = [...new Set([...first, ...columns])]
  const shown = all ? ordered : ordered.filter((name, place) => place < AT_ONCE || chosen.includes(name))
  const hidden = ordered.length - shown.length
  return (
    <div role="group" aria-label={label} className="flex flex-col gap-1.5">
      <span className="text-small font-medium text-ink-2">{label}</span>
      <div className="flex flex-wrap gap-1.5">
        {shown.map((name) => {
          const place = chosen.indexOf(name)
          return (
            <button
              key={name}
              type="button"
              aria-pressed={place >= 0}
              onClick={() =>
                onChange(place >= 0 ? chosen.filter((other) => other !== name) : [...chosen, name])
              }
              className={clsx(
                'h-6.5 rounded-control border px-2 text-small',
                place >= 0
                  ? 'border-accent bg-accent font-medium text-on-accent'
                  : 'border-line-strong bg-raised hover:border-ink-2',
              )}
            >
              {name}
              {place >= 0 && chosen.length > 1 && <span className="ml-1 opacity-75">{place + 1}</span>}
            </button>
          )
        })}
        {hidden > 0 && (
          <button
            type="button"
            onClick={() => setAll(true)}
            className="h-6.5 px-1 text-small text-accent-ink underline"
          >
            {hidden} more
          </button>
        )}
      </div>
      <p className="text-small text-ink-3">{hint}</p>
      {error && <FieldError>{error}</FieldError>}
    </div>
  )
}
