/** The page of one export; the list of them stands in their training sheet. */
import { page, type Place } from '@/lib/places'

export const routes = [page('generate/exports/:id', () => import('./ExportPage'))]
export const places: Place[] = []
