/** The shell with what the signed-in person may see in it. */
import { Palette } from 'lucide-react'
import type { Place } from '@/lib/places'
import { Shell } from './Shell'

const places: Place[] = import.meta.env.DEV
  ? [{ group: 'Admin', label: 'Design system', to: '/gallery', icon: Palette }]
  : []

export function AppFrame() {
  return <Shell workspace="Workbench" places={places} />
}
