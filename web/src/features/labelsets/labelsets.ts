/** What the server says of labelsets, and what it is asked to do with them. */
import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '@/api/client'

export type Labelset = Schemas['Labelset']
export type LabelsetVersion = Schemas['LabelsetVersion']

const of = (labelset_id: string) => ({ params: { path: { labelset_id } } })

export const kindsQuery = queryOptions({
  queryKey: ['label-kinds'],
  queryFn: () => answer(api.GET('/api/v1/labelsets/kinds')),
  staleTime: Infinity,
})

export const labelsetQuery = (id: string) =>
  queryOptions({
    queryKey: ['labelsets', id],
    queryFn: () => answer(api.GET('/api/v1/labelsets/{labelset_id}', of(id))),
  })

export const labelsetVersionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['labelsets', id, 'versions'],
    queryFn: () => answer(api.GET('/api/v1/labelsets/{labelset_id}/versions', of(id))),
  })

export const usageQuery = (id: string) =>
  queryOptions({
    queryKey: ['labelsets', id, 'usage'],
    queryFn: () => answer(api.GET('/api/v1/labelsets/{labelset_id}/usage', of(id))),
  })

export const diffQuery = (id: string, before: number, after: number) =>
  queryOptions({
    queryKey: ['labelsets', id, 'diff', before, after],
    queryFn: () =>
      answer(
        api.GET('/api/v1/labelsets/{labelset_id}/diff', {
          params: { path: { labelset_id: id }, query: { before, after } },
        }),
      ),
  })

export const createLabelset = (body: Schemas['LabelsetIn']) => answer(api.POST('/api/v1/labelsets', { body }))
export const changeLabelset = (id: string, body: Schemas['LabelsetChange']) =>
  answer(api.PATCH('/api/v1/labelsets/{labelset_id}', { ...of(id), body }))
export const archiveLabelset = (id: string, version: number) =>
  answer(api.POST('/api/v1/labelsets/{labelset_id}/archive', { ...of(id), body: { version } }))
export const restoreLabelset = (id: string, version: number) =>
  answer(api.POST('/api/v1/labelsets/{labelset_id}/restore', { ...of(id), body: { version } }))
export const duplicateLabelset = (id: string, body: Schemas['LabelsetCopy']) =>
  answer(api.POST('/api/v1/labelsets/{labelset_id}/duplicate', { ...of(id), body }))
export const deleteLabelset = (id: string, version: number) =>
  api.DELETE('/api/v1/labelsets/{labelset_id}', {
    params: { path: { labelset_id: id }, query: { version } },
  })
export const startDraft = (id: string) => answer(api.POST('/api/v1/labelsets/{labelset_id}/draft', of(id)))
export const changeDraft = (id: string, body: Schemas['LabelsetDraftChange']) =>
  answer(api.PATCH('/api/v1/labelsets/{labelset_id}/draft', { ...of(id), body }))
export const discardDraft = (id: string, version: number) =>
  api.DELETE('/api/v1/labelsets/{labelset_id}/draft', {
    params: { path: { labelset_id: id }, query: { version } },
  })
export const publishDraft = (id: string, version: number) =>
  answer(api.POST('/api/v1/labelsets/{labelset_id}/draft/publish', { ...of(id), body: { version } }))
export const archiveVersion = (id: string, { number, version }: LabelsetVersion) =>
  answer(
    api.POST('/api/v1/labelsets/{labelset_id}/versions/{number}/archive', {
      params: { path: { labelset_id: id, number } },
      body: { version },
    }),
  )

/** A label type as the server takes it: "Defect of a board" → "defect_of_a_board". */
export function labelTypeOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 100)
}
