/** The pages of canonical labeling: what is labeled, and labeling a sheet item by item. */
import { BadgeCheck } from 'lucide-react'
import { page, type Place } from '@/lib/places'

export const routes = [
  page('labels', () => import('./LabelsPage')),
  page('labels/items', () => import('./LabelingPage')),
]
export const places: Place[] = [
  { group: 'Tools', label: 'Canonical Labeling', to: '/labels', icon: BadgeCheck, permission: 'labels.read' },
]
