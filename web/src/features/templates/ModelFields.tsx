/** Which model answers a template's prompts, and how; without one, people or a column do. */
import { useQuery } from '@tanstack/react-query'
import { Field, Input } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { endpointsQuery, type TemplateVersion } from './templates'

type ModelSettings = TemplateVersion['model']

interface ModelFieldsProps {
  model: ModelSettings
  onChange: (model: ModelSettings) => void
}

export function ModelFields({ model, onChange }: ModelFieldsProps) {
  const endpoints = useQuery(endpointsQuery).data?.items ?? []
  const numberOf = (text: string) => (text === '' ? null : Number(text))
  return (
    <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)] gap-3">
      <Field label="Model">
        {(wired) => (
          <Select
            {...wired}
            value={model.endpoint_id ?? ''}
            onChange={(id) => onChange({ ...model, endpoint_id: id || null })}
            options={[
              { value: '', label: 'none: people or a column answer' },
              ...endpoints.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
      </Field>
      <Field label="Temperature">
        {(wired) => (
          <Input
            {...wired}
            type="number"
            min={0}
            max={2}
            step={0.1}
            disabled={!model.endpoint_id}
            placeholder="its own"
            value={model.temperature ?? ''}
            onChange={(event) => onChange({ ...model, temperature: numberOf(event.target.value) })}
          />
        )}
      </Field>
      <Field label="Most tokens">
        {(wired) => (
          <Input
            {...wired}
            type="number"
            min={1}
            step={1}
            disabled={!model.endpoint_id}
            placeholder="its own"
            value={model.max_tokens ?? ''}
            onChange={(event) => onChange({ ...model, max_tokens: numberOf(event.target.value) })}
          />
        )}
      </Field>
    </div>
  )
}

export function ModelName({ id }: { id: string | null }) {
  const endpoints = useQuery(endpointsQuery).data?.items
  if (id === null) return <>none</>
  return <>{endpoints?.find((endpoint) => endpoint.id === id)?.name ?? 'one that is switched off'}</>
}
