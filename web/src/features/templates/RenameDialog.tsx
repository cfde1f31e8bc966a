/** Another name or description for a template. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Confirm } from '@/ui/Dialog'
import { Field, Input, TextArea } from '@/ui/Field'
import { changeTemplate, type Template } from './templates'

export function RenameDialog({ template, onClose }: { template: Template; onClose: () => void }) {
  const [name, setName] = useState(template.name)
  const [description, setDescription] = useState(template.description)
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () => changeTemplate(template.id, { name, description, version: template.version }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['templates'] })
      onClose()
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title="Name and description"
      action="Save"
      busy={save.isPending}
      error={save.error}
      onConfirm={() => save.mutate()}
    >
      <Field label="Name" required>
        {(wired) => (
          <Input {...wired} required value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field label="Description">
        {(wired) => (
          <TextArea {...wired} value={description} onChange={(event) => setDescription(event.target.value)} />
        )}
      </Field>
    </Confirm>
  )
}
