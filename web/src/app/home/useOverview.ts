/** What the start page reads: the first page of each list, kept a little while. */
import { useQueries } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import type { Overview } from './overview'

const MOST = 200
const few = { params: { query: { limit: MOST } } }

export function useOverview(): { overview: Overview | undefined; error: Error | null; refetch: () => void } {
  const [sheets, labelsets, templates, trainingSheets, exports] = useQueries({
    queries: [
      { queryKey: ['sheets', 'overview'], queryFn: () => answer(api.GET('/api/v1/sheets', few)) },
      { queryKey: ['labelsets', 'overview'], queryFn: () => answer(api.GET('/api/v1/labelsets', few)) },
      { queryKey: ['templates', 'overview'], queryFn: () => answer(api.GET('/api/v1/templates', few)) },
      {
        queryKey: ['training-sheets', 'overview'],
        queryFn: () => answer(api.GET('/api/v1/training-sheets', few)),
      },
      { queryKey: ['exports', 'overview'], queryFn: () => answer(api.GET('/api/v1/exports', few)) },
    ],
  })
  const all = [sheets, labelsets, templates, trainingSheets, exports]
  const loaded =
    sheets.data && labelsets.data && templates.data && trainingSheets.data && exports.data
      ? {
          sheets: sheets.data.items.length,
          publishedSheets: sheets.data.items.filter(({ published }) => published !== null).length,
          labelsets: labelsets.data.items.length,
          templates: templates.data.items.length,
          trainingSheets: trainingSheets.data.items,
          exports: exports.data.items.length,
        }
      : undefined
  return {
    overview: loaded,
    error: all.find(({ error }) => error)?.error ?? null,
    refetch: () => void Promise.all(all.map((one) => one.refetch())),
  }
}
