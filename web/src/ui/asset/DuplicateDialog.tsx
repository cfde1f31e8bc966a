/** An asset that begins as a copy of another one, under a name of its own. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { Confirm } from '../Dialog'
import { Field, Input } from '../Field'

interface DuplicateDialogProps {
  asset: { name: string }
  /** What the copy shares with the original, and what not. */
  lead: string
  /** The queries that show assets of this kind. */
  queryKey: string
  /** The address under which the copy will be, before its id. */
  place: string
  duplicate: (name: string) => Promise<{ id: string }>
  /** Further fields, which may follow the name. */
  children?: (name: string) => ReactNode
  onClose: () => void
}

export function DuplicateDialog(props: DuplicateDialogProps) {
  const { asset, lead, queryKey, place, duplicate, children, onClose } = props
  const [name, setName] = useState(`${asset.name} (copy)`)
  const client = useQueryClient()
  const navigate = useNavigate()
  const copy = useMutation({
    mutationFn: () => duplicate(name),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: [queryKey] })
      onClose()
      void navigate(`${place}/${id}`)
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Duplicate ${asset.name}`}
      lead={lead}
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
      {children?.(name)}
    </Confirm>
  )
}
