/** Another name or description for an asset: a sheet, a labelset, a template, a training sheet. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Confirm } from '../Dialog'
import { Field, Input, TextArea } from '../Field'

interface Named {
  name: string
  description: string
}

interface RenameDialogProps {
  asset: Named
  /** The queries that show the asset. */
  queryKey: string
  save: (changed: Named) => Promise<unknown>
  onClose: () => void
}

export function RenameDialog({ asset, queryKey, save, onClose }: RenameDialogProps) {
  const [name, setName] = useState(asset.name)
  const [description, setDescription] = useState(asset.description)
  // As it was when it was opened: what somebody else changed since then is refused, and not overwritten.
  const [saveThen] = useState(() => save)
  const client = useQueryClient()
  const saving = useMutation({
    mutationFn: () => saveThen({ name, description }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [queryKey] })
      onClose()
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title="Name and description"
      action="Save"
      busy={saving.isPending}
      error={saving.error}
      onConfirm={() => saving.mutate()}
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
