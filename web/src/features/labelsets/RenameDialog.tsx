/** Another name or description for a labelset; its label type stays. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Confirm } from '@/ui/Dialog'
import { Field, Input, TextArea } from '@/ui/Field'
import { changeLabelset, type Labelset } from './labelsets'

export function RenameDialog({ labelset, onClose }: { labelset: Labelset; onClose: () => void }) {
  const [name, setName] = useState(labelset.name)
  const [description, setDescription] = useState(labelset.description)
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () => changeLabelset(labelset.id, { name, description, version: labelset.version }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['labelsets'] })
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
