/** Another training sheet like this one: over the newest rows, with another template or mode where wished. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { TemplatePicker } from '@/features/templates'
import { Confirm } from '@/ui/Dialog'
import { Field, Input } from '@/ui/Field'
import { generateAgain, type TrainingSheet } from './generation'

export function AgainDialog({ sheet, onClose }: { sheet: TrainingSheet; onClose: () => void }) {
  const [name, setName] = useState(`${sheet.name} (again)`)
  const [templateId, setTemplateId] = useState(sheet.template_id)
  const [templateVersionId, setTemplateVersionId] = useState<string>()
  const client = useQueryClient()
  const navigate = useNavigate()
  const make = useMutation({
    mutationFn: () =>
      generateAgain(sheet.id, { name, template_version_id: templateVersionId ?? sheet.template_version_id }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['training-sheets'] })
      onClose()
      void navigate(`/generate/${made.id}`)
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Generate ${sheet.name} again`}
      lead="It reads the newest rows of the sheet. Everything decided so far comes back from the canonical labels; only the rest is asked for."
      action="Generate"
      busy={make.isPending}
      error={make.error}
      onConfirm={() => make.mutate()}
    >
      <Field label="Name" required>
        {(wired) => (
          <Input {...wired} required value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field
        label="Prompt template"
        hint={
          templateVersionId
            ? 'The newest published version.'
            : `Version ${sheet.template_version}, as before. Choose a template to take its newest version.`
        }
      >
        {(wired) => (
          <TemplatePicker
            {...wired}
            value={templateId}
            onChange={(id, template) => {
              setTemplateId(id)
              setTemplateVersionId(template?.published_id ?? undefined)
            }}
          />
        )}
      </Field>
    </Confirm>
  )
}
