/** What the server says of where things come from, and the page each thing has. */
import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '@/api/client'

export type Graph = Schemas['Graph']
export type Node = Schemas['Node']
export type NodeKind = Schemas['NodeKind']
export type RowTrace = Schemas['RowTrace']

export const graphQuery = (kind: string, ref: string) =>
  queryOptions({
    queryKey: ['lineage', kind, ref],
    queryFn: () => answer(api.GET('/api/v1/lineage', { params: { query: { kind: kind as NodeKind, ref } } })),
    enabled: kind !== '' && ref !== '',
  })

export interface RowName {
  table: string
  /** Values of the key columns in their order, or the item_ref. */
  key: string[]
  itemRef: string
}

export const rowQuery = ({ table, key, itemRef }: RowName) =>
  queryOptions({
    queryKey: ['lineage', 'row', table, key, itemRef],
    queryFn: () =>
      answer(
        api.GET('/api/v1/exports/row', { params: { query: { table, key, item_ref: itemRef || null } } }),
      ),
    enabled: table !== '' && (key.length > 0 || itemRef !== ''),
    retry: false,
  })

const PAGES: Record<NodeKind, (ref: string) => string> = {
  table: (ref) => `/data/tables/${ref}`,
  volume: (ref) => `/data/volumes/${ref}`,
  sheet: (ref) => `/data/sheets/${ref}`,
  labelset: (ref) => `/labelsets/${ref}`,
  template: (ref) => `/templates/${ref}`,
  model: () => '/models',
  training_sheet: (ref) => `/generate/${ref}`,
  export: (ref) => `/generate/exports/${ref}`,
}

export const pageOf = ({ kind, ref }: Pick<Node, 'kind' | 'ref'>) => PAGES[kind](ref)
