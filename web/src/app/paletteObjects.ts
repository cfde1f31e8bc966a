/** Assets that the palette finds by name, asked of the server as one types. */
import { useQueries } from '@tanstack/react-query'
import { FileText, FolderOpen, ListChecks, Shapes, Sparkles, Table2 } from 'lucide-react'
import { answer, api } from '@/api/client'
import { useSources } from '@/features/catalog'
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
  const named = ({ full_name }: { full_name: string }) =>
    enabled && full_name.includes(search.toLowerCase().replaceAll(' ', '_'))
  const tables = useSources('table', enabled).sources.filter(named).slice(0, EACH)
  const volumes = useSources('volume', enabled).sources.filter(named).slice(0, EACH)
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
    ...tables.map(({ name, full_name }) => ({
      group,
      label: name,
      detail: `table ${full_name}`,
      icon: Table2,
      to: `/data/tables/${full_name}`,
    })),
    ...volumes.map(({ name, full_name }) => ({
      group,
      label: name,
      detail: `volume ${full_name}`,
      icon: FolderOpen,
      to: `/data/volumes/${full_name}`,
    })),
  ]
}
