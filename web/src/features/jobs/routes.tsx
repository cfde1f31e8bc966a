/** The page of jobs. */
import { Activity } from 'lucide-react'
import { page, type Place } from '@/lib/places'

export const routes = [page('jobs', () => import('./JobsPage'))]
export const places: Place[] = [
  { group: 'Admin', label: 'Jobs', to: '/jobs', icon: Activity, permission: 'jobs.read' },
]
