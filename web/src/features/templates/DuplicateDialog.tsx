/** A template that begins as a copy of another one. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { Confirm } from '@/ui/Dialog'
import { Field, Input } from '@/ui/Field'
import { duplicateTemplate, type Template } from './templates'

export function DuplicateDialog({ template, onClose }: { template: Template; onClose: () => void }) {
  const [name, setName] = useState(`${template.name} (copy)`)
  const client = useQueryClient()
  const navigate = useNavigate()
  const copy = useMutation({
    mutationFn: () => duplicateTemplate(template.id, name),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['templates'] })
      onClose()
      void navigate(`/templates/${made.id}`)
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Duplicate ${template.name}`}
      lead="The copy begins as a draft of the newest version."
      action="Duplicate"
      busy={copy.isPending}
      error={copy.error}
      onConfirm={() => copy.mutate()}
    >
      <Field label="Name" required>
        {(wired) => (
          <Input {...wired} required value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
    </Confirm>
  )
}
