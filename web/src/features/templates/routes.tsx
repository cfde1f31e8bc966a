/** The pages of prompt templates. */
import { FileText } from 'lucide-react'
import { page, type Place } from '@/lib/places'

export const routes = [
  page('templates', () => import('./TemplatesPage')),
  page('templates/new', () => import('./NewTemplatePage')),
  page('templates/:id', () => import('./TemplatePage')),
]
export const places: Place[] = [
  {
    group: 'Tools',
    label: 'Prompt Templates',
    to: '/templates',
    icon: FileText,
    permission: 'templates.read',
  },
]
