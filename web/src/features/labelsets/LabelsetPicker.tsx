/** Choosing a labelset that has a published version; the server searches. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { Combobox } from '@/ui/Combobox'
import type { Labelset } from './labelsets'

interface LabelsetPickerProps {
  value: Labelset | undefined
  onChange: (labelset: Labelset | undefined) => void
  id?: string
}

export function LabelsetPicker({ value, onChange, ...rest }: LabelsetPickerProps) {
  const [search, setSearch] = useState('')
  const found = useQuery({
    queryKey: ['labelsets', 'pick', search],
    queryFn: () =>
      answer(api.GET('/api/v1/labelsets', { params: { query: { search: search || null, limit: 50 } } })),
  })
  const labelsets = (found.data?.items ?? []).filter(({ published }) => published !== null)
  return (
    <Combobox
      {...rest}
      options={labelsets.map((each) => ({ value: each.id, label: each.name, detail: each.label_type }))}
      value={value?.id}
      valueLabel={value?.name}
      onChange={(id) => onChange(labelsets.find((each) => each.id === id))}
      onSearch={setSearch}
      loading={found.isPending}
      placeholder="Choose a labelset…"
      none={{ says: 'No labelset is published yet.', to: '/labelsets', go: 'Go to the labelsets' }}
      emptyText="No published labelset of that name."
    />
  )
}
