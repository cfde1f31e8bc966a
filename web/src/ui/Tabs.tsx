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
  const current = currentTab(tabs, useLocation())
  return (
    <nav aria-label={label} className="flex gap-5 border-b border-line">
      {tabs.map((tab) => {
        const here = tab === current
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

/** The tab that says most of where one is: the longest path that leads here, then the most parameters that agree. */
export function currentTab(
  tabs: readonly TabLink[],
  location: Pick<Location, 'pathname' | 'search'>,
): TabLink | undefined {
  const here = new URLSearchParams(location.search)
  let best: { tab: TabLink; agrees: number } | undefined
  for (const tab of tabs) {
    const { pathname, search } = resolvePath(tab.to, location.pathname)
    const wanted = [...new URLSearchParams(search)]
    const inside = location.pathname === pathname || location.pathname.startsWith(`${pathname}/`)
    if (!inside || !wanted.every(([name, value]) => here.get(name) === value)) continue
    const agrees = pathname.length * 100 + wanted.length
    if (!best || agrees > best.agrees) best = { tab, agrees }
  }
  return best?.tab
}
