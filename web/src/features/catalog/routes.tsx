/** The pages of the catalog; they stand under DATA. */
import { page, type Place } from '@/lib/places'

export const routes = [
  page('data/catalog/:schema?', () => import('./CatalogPage')),
  page('data/tables/:table', () => import('./TablePage')),
  page('data/volumes/:volume', () => import('./VolumePage')),
]
export const places: Place[] = []
