/** Choosing a template that has a published version; the server searches. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { Combobox } from '@/ui/Combobox'
import { templateQuery, type Template } from './templates'

interface TemplatePickerProps {
  value: string | undefined
  onChange: (id: string, template: Template | undefined) => void
  id?: string
  'aria-label'?: string
}

export function TemplatePicker({ value, onChange, ...rest }: TemplatePickerProps) {
  const [search, setSearch] = useState('')
  const found = useQuery({
    queryKey: ['templates', 'pick', search],
    queryFn: () =>
      answer(api.GET('/api/v1/templates', { params: { query: { search: search || null, limit: 50 } } })),
  })
  const chosen = useQuery({ ...templateQuery(value ?? ''), enabled: value !== undefined })
  const templates = (found.data?.items ?? []).filter(({ published }) => published !== null)
  return (
    <Combobox
      {...rest}
      options={templates.map((template) => ({
        value: template.id,
        label: template.name,
        detail: `${template.published ?? ''} · ${template.label_type}`,
      }))}
      value={value}
      valueLabel={chosen.data?.name}
      onChange={(id) =>
        onChange(
          id,
          templates.find((template) => template.id === id),
        )
      }
      onSearch={setSearch}
      loading={found.isPending}
      placeholder="Choose a template…"
      none={{ says: 'No template is published yet.', to: '/templates', go: 'Go to the templates' }}
      emptyText="No published template of that name."
    />
  )
}
