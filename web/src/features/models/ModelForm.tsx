/** Adding a model endpoint, or changing one. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ProblemError } from '@/api/problem'
import { classifications, type Classification } from '@/lib/words'
import { Confirm } from '@/ui/Dialog'
import { Checkbox, Field, Input, RadioGroup } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { addModel, changeModel, KINDS, type ModelEndpoint } from './models'

export function ModelForm({ model, onClose }: { model: ModelEndpoint | undefined; onClose: () => void }) {
  const [form, setForm] = useState({
    name: model?.name ?? '',
    kind: model?.kind ?? ('openai_compatible' as const),
    base_url: model?.base_url ?? '',
    model: model?.model ?? '',
    key_name: model?.key_name ?? '',
    max_classification: model?.max_classification ?? ('internal' as const),
    concurrency: model?.concurrency ?? 8,
    timeout_seconds: model?.timeout_seconds ?? 60,
    takes_images: model?.takes_images ?? false,
  })
  const change = (part: Partial<typeof form>) => setForm({ ...form, ...part })
  const [version] = useState(model?.version ?? 0)
  const client = useQueryClient()
  const remote = form.kind === 'openai_compatible'
  const save = useMutation({
    mutationFn: () => {
      const { kind, base_url, model: called, key_name, ...rest } = form
      const place = {
        base_url: remote ? base_url : null,
        model: remote ? called : null,
      }
      return model
        ? changeModel(model.id, { ...rest, ...place, key_name, enabled: null, version })
        : addModel({ ...rest, ...place, kind, key_name: key_name || null })
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['models'] })
      onClose()
    },
  })
  const problem = save.error instanceof ProblemError ? save.error : undefined
  const errorAt = (field: string) => problem?.field === field && problem.message
  const text = (
    field: 'name' | 'base_url' | 'model' | 'key_name',
    label: string,
    hint?: string,
    placeholder = '',
  ) => (
    <Field label={label} required={field !== 'key_name'} hint={hint} error={errorAt(field)}>
      {(wired) => (
        <Input
          {...wired}
          required={field !== 'key_name'}
          placeholder={placeholder}
          value={form[field]}
          onChange={(event) => change({ [field]: event.target.value })}
        />
      )}
    </Field>
  )
  const number = (field: 'concurrency' | 'timeout_seconds', label: string, most: number) => (
    <Field label={label} error={errorAt(field)}>
      {(wired) => (
        <Input
          {...wired}
          type="number"
          min={1}
          max={most}
          step={1}
          required
          value={form[field]}
          onChange={(event) => change({ [field]: Number(event.target.value) })}
        />
      )}
    </Field>
  )
  return (
    <Confirm
      open
      onClose={onClose}
      width="normal"
      title={model ? model.name : 'Add a model'}
      action={model ? 'Save' : 'Add'}
      busy={save.isPending}
      error={problem?.field && problem.field in form ? undefined : save.error}
      onConfirm={() => save.mutate()}
    >
      {!model && (
        <RadioGroup label="Kind" value={form.kind} options={KINDS} onChange={(kind) => change({ kind })} />
      )}
      <div className="grid auto-cols-fr grid-flow-col gap-3">
        {text('name', 'Name')}
        {remote && text('model', 'Model', 'As its server calls it.')}
      </div>
      {remote && (
        <>
          {text('base_url', 'Address', 'Up to and with /v1.', 'https://models.example/v1')}
          {text(
            'key_name',
            'Environment variable with the key',
            'Begins with WORKBENCH_KEY_. The key itself is never kept here.',
            'WORKBENCH_KEY_SAMPLE',
          )}
        </>
      )}
      <Field
        label="Sees content up to"
        hint="Anything more sensitive is never sent to it."
        error={errorAt('max_classification')}
      >
        {(wired) => (
          <Select
            {...wired}
            value={form.max_classification}
            onChange={(value) => change({ max_classification: value as Classification })}
            options={classifications}
          />
        )}
      </Field>
      {remote && (
        <>
          <div className="grid grid-cols-2 gap-3">
            {number('concurrency', 'Calls at once', 256)}
            {number('timeout_seconds', 'Seconds until it gives up', 600)}
          </div>
          <Checkbox
            label="It takes pictures"
            checked={form.takes_images}
            onChange={(event) => change({ takes_images: event.target.checked })}
          />
        </>
      )}
    </Confirm>
  )
}
