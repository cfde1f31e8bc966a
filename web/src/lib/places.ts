/** The places of the rail: each feature offers its own, so nothing is listed that cannot be opened. */
import type { LucideIcon } from 'lucide-react'
import type { RouteObject } from 'react-router'

export const placeGroups = ['Lifecycle', 'Tools', 'Admin'] as const

export interface Place {
  group: (typeof placeGroups)[number]
  label: string
  to: string
  icon: LucideIcon
  /** The permission without which the place is not shown. */
  permission?: string
}

/** What a feature adds to the app: its pages, and where the rail leads to them. */
export interface Feature {
  routes: RouteObject[]
  places: Place[]
}

/** A page that is loaded when it is first opened: `page('jobs', () => import('./JobsPage'))`. */
export function page(path: string, load: () => Promise<{ default: React.ComponentType }>): RouteObject {
  return { path, lazy: () => load().then((module) => ({ Component: module.default })) }
}
