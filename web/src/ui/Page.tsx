/** The frame of every page: title, one line of context, actions, and a body that scrolls or fills. */
import { clsx } from 'clsx'
import { ChevronRight } from 'lucide-react'
import { Fragment, useEffect, type ReactNode } from 'react'
import { Link } from 'react-router'

export interface PageProps {
  title: string
  /** What the window is called, where that is not the title. */
  documentTitle?: string
  /** Where this page lies, from the outside in; the page itself is left out. */
  trail?: readonly { label: string; to: string }[]
  /** Badges beside the title. */
  badges?: ReactNode
  lead?: ReactNode
  actions?: ReactNode
  tabs?: ReactNode
  /** `fill`: the body takes the remaining height and scrolls inside itself, as tables do. */
  body?: 'scroll' | 'fill'
  children: ReactNode
}

export function Page({
  title,
  documentTitle = title,
  trail = [],
  badges,
  lead,
  actions,
  tabs,
  body = 'scroll',
  children,
}: PageProps) {
  useEffect(() => {
    document.title = `${documentTitle} · Workbench`
  }, [documentTitle])
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className={clsx('shrink-0 px-6 pt-4', tabs ? 'pb-0' : 'pb-4')}>
        {trail.length > 0 && (
          <nav aria-label="Trail" className="mb-0.5 flex items-center gap-1 text-small text-ink-3">
            {trail.map((place) => (
              <Fragment key={place.to}>
                <Link to={place.to} className="truncate hover:text-ink hover:underline">
                  {place.label}
                </Link>
                <ChevronRight aria-hidden size={12} className="shrink-0 last:hidden" />
              </Fragment>
            ))}
          </nav>
        )}
        <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <div className="min-w-0 flex-1">
            <h1 className="flex flex-wrap items-center gap-2.5 text-title tracking-tight">
              <span className="min-w-0 truncate">{title}</span>
              {badges}
            </h1>
            {lead && <div className="mt-0.5 max-w-[95ch] text-pretty text-ink-2">{lead}</div>}
          </div>
          {actions && <div className="flex shrink-0 items-center gap-2 pt-px">{actions}</div>}
        </div>
        {tabs && <div className="mt-2.5">{tabs}</div>}
      </header>
      <div
        className={clsx(
          'min-h-0 flex-1 px-6 pb-6',
          tabs && 'pt-4',
          body === 'scroll' ? 'overflow-auto' : 'flex flex-col',
        )}
      >
        {children}
      </div>
    </div>
  )
}
