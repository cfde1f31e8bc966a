/** The pages of labelsets. */
import { Shapes } from 'lucide-react'
import { page, type Place } from '@/lib/places'

export const routes = [
  page('labelsets', () => import('./LabelsetsPage')),
  page('labelsets/new', () => import('./NewLabelsetPage')),
  page('labelsets/:id', () => import('./LabelsetPage')),
]
export const places: Place[] = [
  { group: 'Tools', label: 'Labelsets', to: '/labelsets', icon: Shapes, permission: 'labelsets.read' },
]
