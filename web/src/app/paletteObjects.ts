/** Assets that the palette finds by name, asked of the server as one types. */
import { useQueries } from '@tanstack/react-query'
import { FileText, ListChecks, Shapes, Sparkles } from 'lucide-react'
import { answer, api } from '@/api/client'
import { useDebounced } from '@/lib/useDebounced'
import type { PaletteEntry } from './CommandPalette'

const TYPING_PAUSE_MS = 150
const EACH = 6

export function usePaletteObjects(typed: string): PaletteEntry[] {
  const search = useDebounced(typed.trim(), TYPING_PAUSE_MS)
  const enabled = search.length > 0
  const asked = { params: { query: { search, limit: EACH } } }
  const [sheets, training, templates, labelsets] = useQueries({
    queries: [
      {
        queryKey: ['sheets', 'palette', search],
        enabled,
        queryFn: () => answer(api.GET('/api/v1/sheets', asked)),
      },
      {
        queryKey: ['training-sheets', 'palette', search],
        enabled,
        queryFn: () => answer(api.GET('/api/v1/training-sheets', asked)),
      },
      {
        queryKey: ['templates', 'palette', search],
        enabled,
        queryFn: () => answer(api.GET('/api/v1/templates', asked)),
      },
      {
        queryKey: ['labelsets', 'palette', search],
        enabled,
        queryFn: () => answer(api.GET('/api/v1/labelsets', asked)),
      },
    ],
  })
  const group = 'Assets'
  return [
    ...(sheets.data?.items ?? []).map(({ id, name }) => ({
      group,
      label: name,
      detail: 'sheet',
      icon: ListChecks,
      to: `/data/sheets/${id}`,
    })),
    ...(training.data?.items ?? []).map(({ id, name, state }) => ({
      group,
      label: name,
      detail: `training sheet, ${state}`,
      icon: Sparkles,
      to: `/generate/${id}`,
    })),
    ...(templates.data?.items ?? []).map(({ id, name }) => ({
      group,
      label: name,
      detail: 'template',
      icon: FileText,
      to: `/templates/${id}`,
    })),
    ...(labelsets.data?.items ?? []).map(({ id, name }) => ({
      group,
      label: name,
      detail: 'labelset',
      icon: Shapes,
      to: `/labelsets/${id}`,
    })),
  ]
}
