/** The pages of sheets; DATA opens with their list. */
import { Database } from 'lucide-react'
import { page, type Place } from '@/lib/places'

export const routes = [
  page('data', () => import('./SheetsPage')),
  page('data/sheets/new', () => import('./NewSheetPage')),
  page('data/sheets/:id', () => import('./SheetPage')),
  page('data/sheets/:id/edit', () => import('./EditSheetPage')),
]
export const places: Place[] = [
  { group: 'Lifecycle', label: 'Data', to: '/data', icon: Database, permission: 'sheets.read' },
]
