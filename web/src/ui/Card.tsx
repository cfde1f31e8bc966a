/** Surfaces that hold things together: cards, folding panels, definitions and figures. */
import { clsx } from 'clsx'
import { ChevronRight } from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'
import { readPreference, writePreference } from '@/lib/storage'

export interface CardProps {
  title?: ReactNode
  lead?: ReactNode
  actions?: ReactNode
  className?: string
  /** Without padding, for tables and pictures. */
  flush?: boolean
  children?: ReactNode
}

export function Card({ title, lead, actions, className, flush = false, children }: CardProps) {
  const id = useId()
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={clsx(
        'flex min-w-0 flex-col rounded-card border border-line bg-surface shadow-card',
        className,
      )}
    >
      {(title || actions) && (
        <header className="flex min-h-10 items-center gap-3 border-b border-line px-4 py-1.5">
          <div className="min-w-0 flex-1">
            <h2 id={id} className="truncate text-read">
              {title}
            </h2>
            {lead && <p className="text-small text-ink-3">{lead}</p>}
          </div>
          {actions}
        </header>
      )}
      {children !== undefined && (
        <div className={clsx('min-h-0 min-w-0 flex-1', !flush && 'p-4')}>{children}</div>
      )}
    </section>
  )
}

export interface FoldProps {
  title: ReactNode
  aside?: ReactNode
  /** Remembers whether it is open under this name, in this browser. */
  name: string
  startOpen?: boolean
  open?: boolean
  onToggle?: (open: boolean) => void
  children: ReactNode
}

/** A panel that folds; controlled when `open` is given. */
export function Fold({ title, aside, name, startOpen = true, open, onToggle, children }: FoldProps) {
  const [own, setOwn] = useState(() => readPreference(`fold.${name}`, startOpen))
  const id = useId()
  const isOpen = open ?? own
  const toggle = () => {
    setOwn(!isOpen)
    writePreference(`fold.${name}`, !isOpen)
    onToggle?.(!isOpen)
  }
  return (
    <section className="border-b border-line last:border-b-0">
      <div className="flex items-center">
        <h3 className="min-w-0 flex-1">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={toggle}
            className="flex min-h-8 w-full items-center gap-1.5 px-3 text-left text-small font-semibold text-ink-2 hover:text-ink"
          >
            <ChevronRight
              aria-hidden
              size={14}
              className={clsx('shrink-0 transition-transform', isOpen && 'rotate-90')}
            />
            {title}
          </button>
        </h3>
        {aside && <span className="pr-3">{aside}</span>}
      </div>
      <div id={id} hidden={!isOpen} className="pr-4 pb-3 pl-8">
        {isOpen && children}
      </div>
    </section>
  )
}

/** Names and values in two columns. */
export function Facts({ facts }: { facts: readonly (readonly [ReactNode, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {facts.map(([name, value], index) => (
        <div key={index} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** One number that matters, with what it counts. */
export function Figure({ value, label, detail }: { value: ReactNode; label: ReactNode; detail?: ReactNode }) {
  return (
    <div className="min-w-0">
      <div className="text-figure font-semibold tracking-tight tabular-nums">{value}</div>
      <div className="text-ink-2">{label}</div>
      {detail && <div className="text-small text-ink-3">{detail}</div>}
    </div>
  )
}
