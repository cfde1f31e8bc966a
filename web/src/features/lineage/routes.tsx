/** The page of lineage. */
import { Waypoints } from 'lucide-react'
import { page, type Place } from '@/lib/places'

export const routes = [page('lineage', () => import('./LineagePage'))]
export const places: Place[] = [
  { group: 'Tools', label: 'Lineage', to: '/lineage', icon: Waypoints, permission: 'lineage.read' },
]
