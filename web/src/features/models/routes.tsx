/** The page of models. */
import { Cpu } from 'lucide-react'
import { page, type Place } from '@/lib/places'

export const routes = [page('models', () => import('./ModelsPage'))]
export const places: Place[] = [
  { group: 'Admin', label: 'Models', to: '/models', icon: Cpu, permission: 'models.read' },
]
