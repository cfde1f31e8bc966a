/** The house around every page: rail, top bar, palette, keys and news. */
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import { Keyboard, Moon, Sun } from 'lucide-react'
import { Outlet } from 'react-router'
import type { Place } from '@/lib/places'
import { setTheme } from '@/lib/theme'
import { FIELD, useKey } from '@/lib/useKey'
import { Skeleton } from '@/ui/Skeleton'
import { Rail } from './Rail'
import { TopBar } from './TopBar'
import type { PaletteEntry } from './CommandPalette'
import { TourPanel } from './tour/TourPanel'

const loadPalette = () => import('./CommandPalette')
const CommandPalette = lazy(loadPalette)
const KeyHelp = lazy(() => import('@/ui/KeyHelp').then(({ KeyHelp }) => ({ default: KeyHelp })))

export interface ShellProps {
  workspace: string
  places: readonly Place[]
  jobs?: ReactNode
  me?: ReactNode
}

export function Shell({ workspace, places, jobs, me }: ShellProps) {
  const [open, setOpen] = useState<'palette' | 'keys'>()
  useEffect(() => {
    // So that it answers at once to the first Ctrl+K, and typing meets it open.
    const timer = setTimeout(() => void loadPalette(), 1500)
    return () => clearTimeout(timer)
  }, [])
  const close = () => setOpen(undefined)
  useKey('app.palette', () => setOpen('palette'))
  useKey('app.help', () => setOpen('keys'))
  useKey('app.leaveField', () => {
    const left = document.activeElement
    // The row of a list keeps its place.
    if (left instanceof HTMLElement && !left.closest('tr')) left.blur()
    return left?.closest(FIELD) != null
  })
  const actions: PaletteEntry[] = [
    { group: 'This page', label: 'Show all keys', icon: Keyboard, run: () => setOpen('keys') },
    { group: 'This page', label: 'Light', icon: Sun, run: () => setTheme('light') },
    { group: 'This page', label: 'Dark', icon: Moon, run: () => setTheme('dark') },
  ]
  return (
    <div className="flex h-full">
      <a
        href="#content"
        className="sr-only z-60 rounded-control bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <Rail places={places} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar
          workspace={workspace}
          onSearch={() => setOpen('palette')}
          onKeys={() => setOpen('keys')}
          jobs={jobs}
          me={me}
        />
        <main id="content" tabIndex={-1} className="min-h-0 flex-1 outline-none">
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <TourPanel />
      <Suspense>
        {open === 'palette' && <CommandPalette onClose={close} places={places} actions={actions} />}
        {open === 'keys' && <KeyHelp open onClose={close} />}
      </Suspense>
    </div>
  )
}

export function PageSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4 px-6 pt-5">
      <Skeleton className="h-6 w-56" />
      <Skeleton className="h-3 w-96" />
      <Skeleton className="mt-2 h-64 w-full" />
    </div>
  )
}
