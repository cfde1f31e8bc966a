/** What the server says of exports, and what it is asked to do with them. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { addressOf, answer, api, type Schemas } from '@/api/client'
import { problemOf } from '@/api/problem'

export type Export = Schemas['Export']
export type ExportOptions = Schemas['ExportOptions']
export type Split = Schemas['Split']
export type SplitSummary = Schemas['SplitSummary']

const of = (export_id: string) => ({ params: { path: { export_id } } })

export const formatsQuery = queryOptions({
  queryKey: ['export-formats'],
  queryFn: () => answer(api.GET('/api/v1/exports/formats')),
  staleTime: Infinity,
})

export const summaryQuery = (training_sheet_id: string, options: ExportOptions) =>
  queryOptions({
    queryKey: ['export-summary', training_sheet_id, options],
    queryFn: () =>
      answer(api.GET('/api/v1/exports/summary', { params: { query: { training_sheet_id, ...options } } })),
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: false,
  })

export const LINES = 3

export const linesQuery = (training_sheet_id: string, options: ExportOptions, split: Split) =>
  queryOptions({
    queryKey: ['export-lines', training_sheet_id, options, split],
    queryFn: () =>
      answer(
        api.GET('/api/v1/exports/preview', {
          params: { query: { training_sheet_id, ...options, split, lines: LINES } },
        }),
      ),
    retry: false,
  })

export const exportsQuery = (training_sheet_id: string) =>
  queryOptions({
    queryKey: ['exports', 'of-training-sheet', training_sheet_id],
    queryFn: () =>
      answer(api.GET('/api/v1/exports', { params: { query: { training_sheet_id, limit: 100 } } })),
  })

export const exportQuery = (id: string) =>
  queryOptions({
    queryKey: ['exports', id],
    queryFn: () => answer(api.GET('/api/v1/exports/{export_id}', of(id))),
  })

export const createExport = (body: Schemas['ExportRequest']) => answer(api.POST('/api/v1/exports', { body }))
export const deleteExport = (id: string) => answer(api.DELETE('/api/v1/exports/{export_id}', of(id)))
export const verifyExport = (id: string) => answer(api.GET('/api/v1/exports/{export_id}/verify', of(id)))
export const traceLine = (export_id: string, split: Split, line: number) =>
  answer(
    api.GET('/api/v1/exports/{export_id}/lines/{split}/{line}', {
      params: { path: { export_id, split, line } },
    }),
  )

/** Throws the gate's refusal, where a file may not be downloaded any more: the browser itself would not show it. */
export async function requireDownload(id: string, name: string): Promise<void> {
  const address = fileAddress(id, name)
  const asked = await fetch(address, { method: 'HEAD' })
  // Only the answer to a download says why not.
  if (!asked.ok) throw await problemOf(await fetch(address))
}

export const fileAddress = (id: string, name: string) => addressOf(`/exports/${id}/files/${name}`)
