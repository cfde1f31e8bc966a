/** What the server says of canonical labels: the walk through a sheet, one label and its history, progress. */
import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '@/api/client'
import { pagedQuery } from '@/api/pages'

export type Label = Schemas['Label']
export type Labelset = Schemas['Labelset']
export type LabelVersion = Schemas['LabelVersion']
export type ItemToLabel = Schemas['ItemToLabel']
export type LabelingFilter = Schemas['LabelingFilter']
export type LabelingProgress = Schemas['LabelingProgress']
export type LabelIn = Schemas['LabelIn']
export type Outcome = Schemas['LabelOutcome']

/** What a finished import did, or would do: the result of its job. */
export interface ImportReport {
  dry_run: boolean
  rows: number
  created: number
  changed: number
  unchanged: number
  skipped: number
  invalid: number
  problems: { row: number; field: string | null; message: string }[]
}

/** What a finished export holds, and why the rest stayed behind: the result of its job. */
export interface ExportReport {
  rows: number
  excluded: Record<string, number>
}

/** Which items of a sheet are labeled with what. */
export interface Walk {
  sheetId: string
  labelType: string
}

const of = ({ sheetId, labelType }: Walk) => ({ sheet_id: sheetId, label_type: labelType })
const PAGE = 20

export const labelsetsQuery = queryOptions({
  queryKey: ['labelsets', 'pick'],
  queryFn: () => answer(api.GET('/api/v1/labelsets', { params: { query: { limit: 200 } } })),
})

/** The newest published definition of a label type, with the schema of an answer. */
export const definitionQuery = (labelset: Labelset | undefined) =>
  queryOptions({
    queryKey: ['labelsets', labelset?.id, 'version', labelset?.published],
    queryFn: () =>
      answer(
        api.GET('/api/v1/labelsets/{labelset_id}/versions/{number}', {
          params: { path: { labelset_id: labelset?.id ?? '', number: labelset?.published ?? 0 } },
        }),
      ),
    enabled: labelset !== undefined && labelset.published !== null,
    staleTime: Infinity,
  })

export const progressQuery = (walk: Walk | undefined) =>
  queryOptions({
    queryKey: ['labels', 'progress', walk],
    queryFn: () => answer(api.GET('/api/v1/labels/progress', { params: { query: of(walk as Walk) } })),
    enabled: walk !== undefined,
  })

/** The items in the sheet's order; what was answered stays where it was, so that one can go back. */
export const itemsToLabelQuery = (walk: Walk, show: LabelingFilter) => ({
  ...pagedQuery<ItemToLabel>(['labeling', walk, show], (cursor) =>
    answer(
      api.GET('/api/v1/labels/items', {
        params: { query: { ...of(walk), show, limit: PAGE, cursor: cursor ?? null } },
      }),
    ),
  ),
  staleTime: Infinity,
  // Who comes back later begins with what is to do by then.
  gcTime: 0,
})

export const itemToLabelQuery = (walk: Walk, itemRef: string) =>
  queryOptions({
    queryKey: ['labeling', walk, 'item', itemRef],
    queryFn: () =>
      answer(api.GET('/api/v1/labels/item', { params: { query: { ...of(walk), item_ref: itemRef } } })),
    staleTime: 30_000,
  })

/** An item's fields, as the sheet shows them. */
export const itemQuery = (sheetId: string, itemRef: string) =>
  queryOptions({
    queryKey: ['sheets', sheetId, 'item', itemRef],
    queryFn: () =>
      answer(
        api.POST('/api/v1/sheets/{sheet_id}/items', {
          params: { path: { sheet_id: sheetId } },
          body: { item_refs: [itemRef] },
        }),
      ),
    staleTime: 60_000,
  })

export const submitLabel = (body: LabelIn) => answer(api.POST('/api/v1/labels', { body }))

export const saveLabelDraft = (body: Schemas['LabelDraftIn']) =>
  answer(api.PUT('/api/v1/labels/draft', { body }))

export const discardLabelDraft = (walk: Walk, itemRef: string) =>
  api.DELETE('/api/v1/labels/draft', { params: { query: { ...of(walk), item_ref: itemRef } } })

const ofLabel = (label_id: string) => ({ params: { path: { label_id } } })

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ['labels', id, 'history'],
    queryFn: () => answer(api.GET('/api/v1/labels/{label_id}/history', ofLabel(id))),
  })

export const usesQuery = (id: string) =>
  queryOptions({
    queryKey: ['labels', id, 'uses'],
    queryFn: () => answer(api.GET('/api/v1/labels/{label_id}/uses', ofLabel(id))),
  })

export const retractLabel = (id: string, version: number, reason: string) =>
  answer(api.POST('/api/v1/labels/{label_id}/retract', { ...ofLabel(id), body: { version, reason } }))

export const revertLabel = (id: string, version: number, to: number) =>
  answer(api.POST('/api/v1/labels/{label_id}/revert', { ...ofLabel(id), body: { version, to, notes: null } }))

/** Takes back what a submission did: the label says again what it said, or nothing any more. */
export function undoOutcome({ change, label }: Outcome): Promise<Label> {
  return change === 'created'
    ? retractLabel(label.id, label.number, 'Taken back right after it was given.')
    : revertLabel(label.id, label.number, label.number - 1)
}
