/** The page of the audit trail. */
import { ScrollText } from 'lucide-react'
import { page, type Place } from '@/lib/places'

export const routes = [page('audit', () => import('./AuditPage'))]
export const places: Place[] = [
  { group: 'Admin', label: 'Audit', to: '/audit', icon: ScrollText, permission: 'audit.read' },
]
