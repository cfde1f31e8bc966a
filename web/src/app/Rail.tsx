/** The left rail: stages are actions on data, tools are reusable assets, then administration. */
import { clsx } from 'clsx'
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react'
import { useState } from 'react'
import { NavLink } from 'react-router'
import { placeGroups, type Place } from '@/lib/places'
import { readPreference, writePreference } from '@/lib/storage'
import { Tooltip } from '@/ui/Tooltip'
import { Mark } from './Mark'

export function Rail({ places }: { places: readonly Place[] }) {
  const [narrow, setNarrow] = useState(() => readPreference('rail.narrow', false))
  const toggle = () => {
    setNarrow(!narrow)
    writePreference('rail.narrow', !narrow)
  }
  const Fold = narrow ? PanelLeftOpen : PanelLeftClose
  return (
    <nav
      aria-label="Main"
      className={clsx(
        'flex h-full shrink-0 flex-col overflow-x-hidden overflow-y-auto bg-rail pb-2 text-rail-ink',
        '[--focus:var(--rail-mark)]',
        narrow ? 'w-13' : 'w-50',
      )}
    >
      <NavLink
        to="/"
        aria-label="Workbench, start page"
        className="m-1.5 mb-1 flex h-9 items-center gap-2.5 rounded-control px-2"
      >
        <Mark className="size-6 shrink-0" />
        {!narrow && <span className="text-lead font-semibold tracking-tight">Workbench</span>}
      </NavLink>
      {placeGroups.map((group) => {
        const inside = places.filter((place) => place.group === group)
        if (inside.length === 0) return null
        return (
          <section key={group} aria-label={group} className="px-1.5 pt-3">
            {narrow ? (
              <hr className="mx-2 mb-2 border-rail-active" />
            ) : (
              <h2 className="eyebrow px-2.5 pb-1 text-rail-ink-2">{group}</h2>
            )}
            <ul className="flex flex-col gap-px">
              {inside.map((place) => (
                <li key={place.to}>
                  <Entry place={place} narrow={narrow} />
                </li>
              ))}
            </ul>
          </section>
        )
      })}
      <button
        type="button"
        aria-label={narrow ? 'Unfold the rail' : 'Fold the rail'}
        onClick={toggle}
        className="mx-1.5 mt-auto flex h-8 shrink-0 items-center gap-2.5 rounded-control px-2.5 text-rail-ink-2 hover:bg-rail-hover hover:text-rail-ink"
      >
        <Fold aria-hidden size={17} strokeWidth={1.75} className="shrink-0" />
        {!narrow && <span className="text-small">Fold</span>}
      </button>
    </nav>
  )
}

function Entry({ place, narrow }: { place: Place; narrow: boolean }) {
  const Icon = place.icon
  const link = (
    <NavLink
      to={place.to}
      aria-label={narrow ? place.label : undefined}
      className={({ isActive }) =>
        clsx(
          'relative flex h-8 items-center gap-2.5 rounded-control px-2.5',
          isActive
            ? 'bg-rail-active font-medium text-rail-ink before:absolute before:inset-y-1.5 before:left-0 before:w-0.75 before:rounded-full before:bg-rail-mark'
            : 'text-rail-ink hover:bg-rail-hover',
        )
      }
    >
      <Icon aria-hidden size={17} strokeWidth={1.75} className="shrink-0 opacity-85" />
      {!narrow && <span className="truncate">{place.label}</span>}
    </NavLink>
  )
  return narrow ? (
    <Tooltip text={place.label} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  )
}
