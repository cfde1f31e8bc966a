/** Sections of one page under tabs; each tab has its own URL, so back works and links can be sent. */
import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { Link, resolvePath, useLocation, type Location } from 'react-router'

export interface TabLink {
  /** A path, or a query such as `?tab=history` for tabs that stay on the page. */
  to: string
  label: ReactNode
  /** A small figure beside the label. */
  figure?: ReactNode
}

export function TabLinks({ tabs, label }: { tabs: readonly TabLink[]; label: string }) {
  const location = useLocation()
  return (
    <nav aria-label={label} className="flex gap-5 border-b border-line">
      {tabs.map((tab) => {
        const here = isCurrent(tab.to, location)
        return (
          <Link
            key={tab.to}
            to={tab.to}
            aria-current={here ? 'page' : undefined}
            className={clsx(
              '-mb-px flex h-8.5 items-center gap-1.5 border-b-2 font-medium whitespace-nowrap',
              here
                ? 'border-accent text-ink'
                : 'border-transparent text-ink-2 hover:border-line-strong hover:text-ink',
            )}
          >
            {tab.label}
            {tab.figure !== undefined && (
              <span className="text-small font-normal text-ink-3 tabular-nums">{tab.figure}</span>
            )}
          </Link>
        )
      })}
    </nav>
  )
}

function isCurrent(to: string, location: Location): boolean {
  const wanted = resolvePath(to, location.pathname)
  if (wanted.pathname !== location.pathname) return false
  const here = new URLSearchParams(location.search)
  return [...new URLSearchParams(wanted.search)].every(([name, value]) => (here.get(name) ?? '') === value)
}
