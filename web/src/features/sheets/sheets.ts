/** What the server says of sheets, their versions and items. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { addressOf, answer, api, type Schemas } from '@/api/client'

export type Sheet = Schemas['Sheet']
export type SheetVersion = Schemas['SheetVersion']
export type Definition = Schemas['SheetDefinition-Output']
export type Source = Definition['secondary_sources'][number]
export type ItemField = Schemas['ItemField']
export type Item = Schemas['Item']
export type ItemPage = Schemas['ItemPage']
export type SheetCheck = Schemas['SheetCheck']

const of = (sheet_id: string) => ({ params: { path: { sheet_id } } })

export const sheetQuery = (id: string) =>
  queryOptions({
    queryKey: ['sheets', id],
    queryFn: () => answer(api.GET('/api/v1/sheets/{sheet_id}', of(id))),
  })

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['sheets', id, 'versions'],
    queryFn: () => answer(api.GET('/api/v1/sheets/{sheet_id}/versions', of(id))),
  })

export const itemsQuery = (id: string, number: number | undefined, start: number, limit: number) =>
  queryOptions({
    queryKey: ['sheets', id, 'items', number, start, limit],
    queryFn: () =>
      answer(
        api.GET('/api/v1/sheets/{sheet_id}/items', {
          params: { path: { sheet_id: id }, query: { number: number ?? null, start, limit } },
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const sheetCheckQuery = (id: string, number: number | undefined) =>
  queryOptions({
    queryKey: ['sheets', id, 'check', number],
    queryFn: () =>
      answer(
        api.GET('/api/v1/sheets/{sheet_id}/check', {
          params: { path: { sheet_id: id }, query: { number: number ?? null } },
        }),
      ),
  })

export const previewQuery = (definition: Definition | undefined, limit: number) =>
  queryOptions({
    queryKey: ['sheet-preview', definition, limit],
    queryFn: () =>
      answer(
        api.POST('/api/v1/sheets/preview', {
          body: { definition: definition as Definition, start: 0, limit },
        }),
      ),
    enabled: definition !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  })

export const definitionCheckQuery = (definition: Definition | undefined) =>
  queryOptions({
    queryKey: ['definition-check', definition],
    queryFn: () => answer(api.POST('/api/v1/sheets/check', { body: definition as Definition })),
    enabled: definition !== undefined,
    retry: false,
  })

export const diffQuery = (id: string, before: number, after: number) =>
  queryOptions({
    queryKey: ['sheets', id, 'diff', before, after],
    queryFn: () =>
      answer(
        api.GET('/api/v1/sheets/{sheet_id}/diff', {
          params: { path: { sheet_id: id }, query: { before, after } },
        }),
      ),
  })

export const publishSheet = (id: string, version: number) =>
  answer(api.POST('/api/v1/sheets/{sheet_id}/publish', { ...of(id), body: { version } }))
export const changeSheet = (id: string, body: Schemas['SheetChange']) =>
  answer(api.PATCH('/api/v1/sheets/{sheet_id}', { ...of(id), body }))
export const archiveSheet = (id: string, version: number) =>
  answer(api.POST('/api/v1/sheets/{sheet_id}/archive', { ...of(id), body: { version } }))
export const restoreSheet = (id: string, version: number) =>
  answer(api.POST('/api/v1/sheets/{sheet_id}/restore', { ...of(id), body: { version } }))
export const discardDraft = (id: string, version: number) =>
  answer(api.POST('/api/v1/sheets/{sheet_id}/draft/discard', { ...of(id), body: { version } }))
export const duplicateSheet = (id: string, name: string, number: number | null) =>
  answer(api.POST('/api/v1/sheets/{sheet_id}/duplicate', { ...of(id), body: { name, number } }))
export const deleteSheet = (id: string, version: number) =>
  api.DELETE('/api/v1/sheets/{sheet_id}', { params: { path: { sheet_id: id }, query: { version } } })

export interface FilePlace {
  sheetId: string
  itemRef: string
  field: string
  index?: number | undefined
  number?: number | undefined
}

const placeQuery = ({ itemRef, field, index, number }: FilePlace) => ({
  item_ref: itemRef,
  field,
  index,
  number,
})

/** Where the browser fetches an item's file from: its content, or a small picture of it. */
export function itemFileAddress(place: FilePlace): string {
  return addressOf(`/sheets/${place.sheetId}/file`, placeQuery(place))
}

export function itemPictureAddress(place: FilePlace, width = 320): string {
  return addressOf(`/sheets/${place.sheetId}/file/picture`, { ...placeQuery(place), width })
}

/** How a person reads an item's name: `s:a%20b,i:42` → "a b · 42". */
export function spokenRef(itemRef: string): string {
  return itemRef
    .split(',')
    .map((part) => {
      const value = part.slice(part.indexOf(':') + 1)
      try {
        return decodeURIComponent(value)
      } catch {
        return value
      }
    })
    .join(' · ')
}
