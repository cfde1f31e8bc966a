/** Every table or volume of the catalog, whichever schema it is in. */
import { useQueries, useQuery } from '@tanstack/react-query'
import type { Schemas } from '@/api/client'
import { catalogsQuery, schemasQuery, tablesQuery, volumesQuery } from './sources'

export type SourceKind = 'table' | 'volume'
type Source = Schemas['TableSummary'] | Schemas['VolumeSummary']

export function useSources(kind: SourceKind, enabled = true): { sources: Source[]; loading: boolean } {
  const catalogs = useQuery({ ...catalogsQuery, enabled })
  const schemas = useQueries({
    queries: (catalogs.data ?? []).map(({ name }) => ({ ...schemasQuery(name), enabled })),
  })
  const names = schemas.flatMap(({ data }) => data ?? []).map((schema) => schema.full_name)
  const tables = useQueries({
    queries: names.map((name) => ({ ...tablesQuery(name), enabled: enabled && kind === 'table' })),
  })
  const volumes = useQueries({
    queries: names.map((name) => ({ ...volumesQuery(name), enabled: enabled && kind === 'volume' })),
  })
  const lists = kind === 'table' ? tables : volumes
  const sources = lists.flatMap(({ data }): Source[] => data?.items ?? [])
  const loading =
    catalogs.isPending || schemas.some((one) => one.isPending) || lists.some((one) => one.isPending)
  return { sources, loading }
}
