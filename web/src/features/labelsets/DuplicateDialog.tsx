/** A labelset that begins as a copy of another one, under a label type of its own. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { Confirm } from '@/ui/Dialog'
import { Field, Input } from '@/ui/Field'
import { duplicateLabelset, labelTypeOf, type Labelset } from './labelsets'

export function DuplicateDialog({ labelset, onClose }: { labelset: Labelset; onClose: () => void }) {
  const [name, setName] = useState(`${labelset.name} (copy)`)
  const [labelType, setLabelType] = useState<string>()
  const client = useQueryClient()
  const navigate = useNavigate()
  const shownType = labelType ?? labelTypeOf(name)
  const copy = useMutation({
    mutationFn: () => duplicateLabelset(labelset.id, { name, label_type: shownType }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['labelsets'] })
      onClose()
      void navigate(`/labelsets/${made.id}`)
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Duplicate ${labelset.name}`}
      lead="The copy begins as a draft. It has labels of its own: those of this labelset stay here."
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
      <Field label="Label type" required hint="Lower-case letters, digits and underscores; it never changes.">
        {(wired) => (
          <Input
            {...wired}
            required
            className="font-mono"
            value={shownType}
            onChange={(event) => setLabelType(event.target.value)}
          />
        )}
      </Field>
    </Confirm>
  )
}
