/** Choosing a sheet by name; the server searches. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { count } from '@/lib/numbers'
import { Combobox } from '@/ui/Combobox'
import { sheetQuery, type Sheet } from './sheets'

interface SheetPickerProps {
  value: string | undefined
  onChange: (id: string, sheet: Sheet | undefined) => void
  /** Only sheets that can be generated from and labeled. */
  publishedOnly?: boolean
  id?: string
  'aria-label'?: string
}

export function SheetPicker({ value, onChange, publishedOnly = false, ...rest }: SheetPickerProps) {
  const [search, setSearch] = useState('')
  const found = useQuery({
    queryKey: ['sheets', 'pick', search],
    queryFn: () =>
      answer(api.GET('/api/v1/sheets', { params: { query: { search: search || null, limit: 50 } } })),
  })
  const chosen = useQuery({ ...sheetQuery(value ?? ''), enabled: value !== undefined })
  const sheets = (found.data?.items ?? []).filter((sheet) => !publishedOnly || sheet.published !== null)
  return (
    <Combobox
      {...rest}
      options={sheets.map((sheet) => ({
        value: sheet.id,
        label: sheet.name,
        detail: sheet.item_count === null ? 'draft' : `${count(sheet.item_count)} items`,
      }))}
      value={value}
      valueLabel={chosen.data?.name}
      onChange={(id) =>
        onChange(
          id,
          sheets.find((sheet) => sheet.id === id),
        )
      }
      onSearch={setSearch}
      loading={found.isPending}
      placeholder="Choose a sheet…"
      none={{
        says: publishedOnly ? 'No sheet is published yet.' : 'There is no sheet yet.',
        to: '/data',
        go: 'Go to the sheets',
      }}
      emptyText={publishedOnly ? 'No published sheet of that name.' : 'No sheet of that name.'}
    />
  )
}
