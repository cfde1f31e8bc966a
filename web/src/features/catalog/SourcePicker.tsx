/** Choosing a table or a volume anywhere in the catalog by its full name. */
import { Combobox, type ComboboxOption } from '@/ui/Combobox'
import { useSources, type SourceKind } from './useSources'

interface SourcePickerProps {
  kind: SourceKind
  value: string | undefined
  onChange: (fullName: string) => void
  id?: string
  'aria-label'?: string
}

export function SourcePicker({ kind, value, onChange, ...rest }: SourcePickerProps) {
  const { options, loading } = useOptions(kind)
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
      none={{ says: `There is no ${kind} yet.`, to: '/data/catalog', go: 'Bring your data' }}
    />
  )
}

function useOptions(kind: SourceKind): { options: ComboboxOption[]; loading: boolean } {
  const { sources, loading } = useSources(kind)
  const options = sources.map(({ full_name, comment }) => ({
    value: full_name,
    label: full_name,
    detail: comment.slice(0, 40),
  }))
  return { options, loading }
}
