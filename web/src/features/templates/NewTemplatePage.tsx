/** Making a prompt template: its name, and the labelset that its answers belong to. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useMay } from '@/api/me'
import { ProblemError } from '@/api/problem'
import { LabelsetPicker, type Labelset } from '@/features/labelsets'
import { Button } from '@/ui/Button'
import { ErrorNote } from '@/ui/ErrorState'
import { Field, Input } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { createTemplate } from './templates'

export default function NewTemplatePage() {
  const may = useMay('templates.write')
  const [name, setName] = useState('')
  const [labelset, setLabelset] = useState<Labelset>()
  const client = useQueryClient()
  const navigate = useNavigate()
  const make = useMutation({
    mutationFn: () =>
      createTemplate({
        name,
        description: '',
        label_type: labelset?.label_type ?? '',
        labelset_version: null,
        system_prompt: '',
        user_prompt: '',
        model: { endpoint_id: null, temperature: null, max_tokens: null },
        notes: '',
      }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['templates'] })
      void navigate(`/templates/${made.id}`)
    },
  })
  const problem = make.error instanceof ProblemError ? make.error : undefined
  return (
    <Page
      title="New prompt template"
      trail={[{ label: 'Prompt Templates', to: '/templates' }]}
      lead="Its prompts come next, tried on real items while they are written."
      actions={
        <Button
          type="submit"
          form="template"
          tone="primary"
          busy={make.isPending}
          disabled={!name.trim() || !labelset || !may}
          title={may ? undefined : 'Engineers and admins make templates.'}
        >
          Save as draft
        </Button>
      }
    >
      <form
        id="template"
        className="flex max-w-150 flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <Field label="Name" required error={problem?.field === 'name' && problem.message}>
          {(wired) => (
            <Input
              {...wired}
              autoFocus
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Labelset"
          required
          hint="Says what an answer may be. Only published ones can be asked for."
        >
          {(wired) => <LabelsetPicker {...wired} value={labelset} onChange={setLabelset} />}
        </Field>
        {make.error && problem?.field !== 'name' && <ErrorNote error={make.error} />}
      </form>
    </Page>
  )
}
