/** Choosing a table or a volume anywhere in the catalog by its full name. */
import { useQueries, useQuery } from '@tanstack/react-query'
import { Combobox, type ComboboxOption } from '@/ui/Combobox'
import { catalogsQuery, schemasQuery, tablesQuery, volumesQuery } from './sources'

interface SourcePickerProps {
  kind: 'table' | 'volume'
  value: string | undefined
  onChange: (fullName: string) => void
  id?: string
  'aria-label'?: string
}

export function SourcePicker({ kind, value, onChange, ...rest }: SourcePickerProps) {
  const { options, loading } = useSources(kind)
  return (
    <Combobox
      {...rest}
      options={options}
      value={value}
      valueLabel={value}
      loading={loading}
      onChange={onChange}
      placeholder={kind === 'table' ? 'Choose a table…' : 'Choose a volume…'}
      emptyText={kind === 'table' ? 'No table of that name.' : 'No volume of that name.'}
    />
  )
}

function useSources(kind: 'table' | 'volume'): { options: ComboboxOption[]; loading: boolean } {
  const catalogs = useQuery(catalogsQuery)
  const schemas = useQueries({ queries: (catalogs.data ?? []).map(({ name }) => schemasQuery(name)) })
  const names = schemas.flatMap(({ data }) => data ?? []).map((schema) => schema.full_name)
  const lists = useQueries({
    queries: names.map((name) => (kind === 'table' ? tablesQuery(name) : volumesQuery(name))),
  })
  const found = lists.flatMap(({ data }) => data?.items ?? [])
  const options = found.map(({ full_name, comment }) => ({
    value: full_name,
    label: full_name,
    detail: comment.slice(0, 40),
  }))
  const loading =
    catalogs.isPending || schemas.some((one) => one.isPending) || lists.some((one) => one.isPending)
  return { options, loading }
}
