/** The pages of training sheets: GENERATE lists them, makes one, and shows one. */
import { Sparkles } from 'lucide-react'
import { page, type Place } from '@/lib/places'

export const routes = [
  page('generate', () => import('./TrainingSheetsPage')),
  page('generate/new', () => import('./NewTrainingSheetPage')),
  page('generate/:id', () => import('./TrainingSheetPage')),
]
export const places: Place[] = [
  {
    group: 'Lifecycle',
    label: 'Generate',
    to: '/generate',
    icon: Sparkles,
    permission: 'training_sheets.read',
  },
]
