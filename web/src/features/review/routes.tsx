/** The pages of review: what waits, one pair after the other, and many at once. */
import { Tags } from 'lucide-react'
import { page, type Place } from '@/lib/places'

export const routes = [
  page('label', () => import('./ReviewListPage')),
  page('label/:id', () => import('./ReviewPage')),
  page('label/:id/pairs', () => import('./PairListPage')),
]
export const places: Place[] = [
  { group: 'Lifecycle', label: 'Label', to: '/label', icon: Tags, permission: 'pairs.read' },
]
