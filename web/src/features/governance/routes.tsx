/** The page of governance: what the organisation allows, what is tagged, what was waived, what left. */
import { Scale } from 'lucide-react'
import { page, type Place } from '@/lib/places'

export const routes = [page('governance', () => import('./GovernancePage'))]
export const places: Place[] = [
  { group: 'Admin', label: 'Governance', to: '/governance', icon: Scale, permission: 'governance.read' },
]
