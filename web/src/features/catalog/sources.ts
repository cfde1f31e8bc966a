/** What the server says of catalogs, schemas, tables and volumes. */
import { queryOptions } from '@tanstack/react-query'
import { addressOf, answer, api, type Schemas } from '@/api/client'
import { pagedQuery } from '@/api/pages'
import { upload, type UploadOptions } from '@/api/upload'

export type Table = Schemas['CatalogTable']
export type TableColumn = Schemas['TableColumn']
export type Volume = Schemas['CatalogVolume']
export type VolumeEntry = Schemas['VolumeEntry']

const MOST = 500

export const catalogsQuery = queryOptions({
  queryKey: ['catalog', 'catalogs'],
  queryFn: () => answer(api.GET('/api/v1/catalog/catalogs')),
})

export const schemasQuery = (catalog: string) =>
  queryOptions({
    queryKey: ['catalog', 'schemas', catalog],
    queryFn: () => answer(api.GET('/api/v1/catalog/schemas', { params: { query: { catalog } } })),
  })

/** Tags of anything that has a name, a catalog or a schema too. */
export const tagsQuery = (source: string) =>
  queryOptions({
    queryKey: ['catalog', 'tags', source],
    queryFn: () => answer(api.GET('/api/v1/governance/tags/of', { params: { query: { source } } })),
  })

export const tablesQuery = (schema: string) =>
  queryOptions({
    queryKey: ['catalog', 'tables', schema],
    queryFn: () => answer(api.GET('/api/v1/catalog/tables', { params: { query: { schema, limit: MOST } } })),
  })

export const volumesQuery = (schema: string) =>
  queryOptions({
    queryKey: ['catalog', 'volumes', schema],
    queryFn: () => answer(api.GET('/api/v1/catalog/volumes', { params: { query: { schema, limit: MOST } } })),
  })

export const tableQuery = (table: string) =>
  queryOptions({
    queryKey: ['catalog', 'table', table],
    queryFn: () => answer(api.GET('/api/v1/catalog/tables/{table}', { params: { path: { table } } })),
  })

export const rowsQuery = (table: string, start: number, limit: number) =>
  queryOptions({
    queryKey: ['catalog', 'rows', table, start, limit],
    queryFn: () =>
      answer(
        api.GET('/api/v1/catalog/tables/{table}/rows', {
          params: { path: { table }, query: { start, limit } },
        }),
      ),
  })

export const volumeQuery = (volume: string) =>
  queryOptions({
    queryKey: ['catalog', 'volume', volume],
    queryFn: () => answer(api.GET('/api/v1/catalog/volumes/{volume}', { params: { path: { volume } } })),
  })

/** What is in a folder; with a search, the files anywhere below it that are called like it. */
export const filesQuery = (volume: string, folder: string, search: string) =>
  pagedQuery<VolumeEntry>(['catalog', 'files', volume, folder, search], (cursor) =>
    answer(
      api.GET('/api/v1/catalog/volumes/{volume}/files', {
        params: {
          path: { volume },
          query: { folder, search: search || null, cursor: cursor ?? null, limit: 200 },
        },
      }),
    ),
  )

/** The paths of some files anywhere in a volume that are called like a text. */
export async function findFiles(volume: string, search: string): Promise<string[]> {
  const query = { folder: '', search, limit: 50 }
  const page = await answer(
    api.GET('/api/v1/catalog/volumes/{volume}/files', { params: { path: { volume }, query } }),
  )
  return page.items.map(({ path }) => path)
}

/** `force` drops what is in it, too. */
export const dropCatalog = (catalog: string, force: boolean) =>
  api.DELETE('/api/v1/catalog/catalogs/{catalog}', { params: { path: { catalog }, query: { force } } })
export const dropSchema = (schema: string, force: boolean) =>
  api.DELETE('/api/v1/catalog/schemas/{schema}', { params: { path: { schema }, query: { force } } })

export interface TableUpload {
  file: File
  full_name: string
  mode: 'create' | 'append' | 'overwrite'
  format?: 'csv' | 'jsonl' | 'parquet' | undefined
  /** A column to add that numbers the rows. */
  number_column?: string | undefined
}

export function uploadTable(given: TableUpload, options?: UploadOptions): Promise<Schemas['Job']> {
  const form = new FormData()
  form.set('full_name', given.full_name)
  form.set('mode', given.mode)
  if (given.format) form.set('format', given.format)
  if (given.number_column) form.set('number_column', given.number_column)
  form.set('file', given.file)
  return upload(addressOf('/catalog/tables/upload'), form, options)
}

export function uploadFile(
  volume: string,
  path: string,
  file: File,
  { overwrite = false, ...options }: UploadOptions & { overwrite?: boolean } = {},
): Promise<VolumeEntry> {
  const form = new FormData()
  form.set('path', path)
  if (overwrite) form.set('overwrite', 'true')
  form.set('file', file)
  return upload(addressOf(`/catalog/volumes/${encodeURIComponent(volume)}/files`), form, options)
}

/** Where the browser fetches a file of a volume from: its content, or a small picture of it. */
export function fileAddress(volume: string, path: string): string {
  return addressOf(`/catalog/volumes/${encodeURIComponent(volume)}/content`, { path })
}

export function pictureAddress(volume: string, path: string, width = 320): string {
  return addressOf(`/catalog/volumes/${encodeURIComponent(volume)}/picture`, { path, width })
}

const suggestedFormats: [RegExp, 'csv' | 'jsonl' | 'parquet'][] = [
  [/\.(csv|tsv|txt)$/i, 'csv'],
  [/\.(jsonl|ndjson|json)$/i, 'jsonl'],
  [/\.parquet$/i, 'parquet'],
]

export function formatOf(fileName: string): 'csv' | 'jsonl' | 'parquet' | undefined {
  return suggestedFormats.find(([pattern]) => pattern.test(fileName))?.[1]
}

/** A table's name suggested by a file's: `My Data (1).csv` → `my_data_1`. */
export function tableNameOf(fileName: string): string {
  const stem = fileName
    .replace(/\.[^.]*$/, '')
    .normalize('NFKD')
    .toLowerCase()
  return stem.replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '')
}
