/** Where a person is in the tour: kept per workspace in this browser, so that it can be resumed. */
import { useSyncExternalStore } from 'react'
import { currentWorkspace } from '@/api/workspace'
import { readPreference, writePreference } from '@/lib/storage'
import { tourSteps } from './steps'

export interface Tour {
  open: boolean
  step: number
  /** Whether the step's page has been opened: a reload must not lead there again. */
  arrived: boolean
  finished: boolean
}

const NEVER: Tour = { open: false, step: 0, arrived: false, finished: false }
const name = () => `tour.${currentWorkspace() ?? ''}`
const listeners = new Set<() => void>()
let current: { key: string; tour: Tour } | undefined

function read(): Tour {
  const key = name()
  if (current?.key !== key) current = { key, tour: readPreference(key, NEVER) }
  return current.tour
}

function write(tour: Tour) {
  current = { key: name(), tour }
  writePreference(name(), tour)
  listeners.forEach((listener) => listener())
}

export const isNewHere = () => readPreference<Tour | null>(name(), null) === null
export const startTour = () => write({ ...NEVER, open: true })
export const resumeTour = () => write({ ...read(), open: true, arrived: false })
export const arriveAtStep = () => write({ ...read(), arrived: true })
export const closeTour = () => write({ ...read(), open: false })

export function goToStep(step: number) {
  if (step >= tourSteps.length) write({ ...NEVER, finished: true })
  else write({ ...read(), step: Math.max(0, step), arrived: false })
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useTour(): Tour {
  return useSyncExternalStore(subscribe, read)
}
