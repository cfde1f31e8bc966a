/** The places of the rail: each feature offers its own, so nothing is listed that cannot be opened. */
import type { LucideIcon } from 'lucide-react'

export const placeGroups = ['Lifecycle', 'Tools', 'Admin'] as const

export interface Place {
  group: (typeof placeGroups)[number]
  label: string
  to: string
  icon: LucideIcon
  /** The permission without which the place is not shown. */
  permission?: string
}
