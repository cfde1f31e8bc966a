/** Making a catalog, a schema or a volume. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { api } from '@/api/client'
import { ProblemError } from '@/api/problem'
import { Confirm } from '@/ui/Dialog'
import { Field, Input } from '@/ui/Field'
import { DEFAULT_SCHEMA, makeCatalog, makeSchema } from './makeSchema'

export type NewSource = 'catalog' | 'schema' | 'volume'

interface NewSourceDialogProps {
  what: NewSource
  /** The schema one looks at now. */
  within: string | undefined
  onClose: () => void
}

export function NewSourceDialog({ what, within, onClose }: NewSourceDialogProps) {
  const [name, setName] = useState('')
  const [parent, setParent] = useState(
    what === 'schema' ? (within?.split('.')[0] ?? 'main') : (within ?? DEFAULT_SCHEMA),
  )
  const [comment, setComment] = useState('')
  const client = useQueryClient()
  const navigate = useNavigate()
  const full = what === 'catalog' ? name : `${parent}.${name}`
  const make = useMutation({
    mutationFn: async () => {
      if (what === 'catalog') await api.POST('/api/v1/catalog/catalogs', { body: { name, comment } })
      if (what === 'schema') {
        await makeCatalog(parent)
        await api.POST('/api/v1/catalog/schemas', { body: { catalog_name: parent, name, comment } })
      }
      if (what === 'volume') {
        await makeSchema(parent)
        await api.POST('/api/v1/catalog/volumes', { body: { full_name: full, comment } })
      }
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['catalog'] })
      onClose()
      if (what === 'schema') void navigate(`/data/catalog/${full}`)
      if (what === 'volume') void navigate(`/data/volumes/${full}`)
    },
  })
  // A refused name belongs to the name where the name is of this dialog's own making.
  const refused = make.error instanceof ProblemError && make.error.status === 422 ? make.error : undefined
  return (
    <Confirm
      open
      onClose={onClose}
      title={`New ${what}`}
      action={`Make ${what}`}
      busy={make.isPending}
      error={refused ? undefined : make.error}
      onConfirm={() => make.mutate()}
    >
      {what !== 'catalog' && (
        <Field
          label={what === 'schema' ? 'In catalog' : 'In schema'}
          hint={
            what === 'volume'
              ? 'catalog.schema; made when it is not there yet.'
              : 'Made when it is not there yet.'
          }
          required
        >
          {(wired) => (
            <Input {...wired} required value={parent} onChange={(event) => setParent(event.target.value)} />
          )}
        </Field>
      )}
      <Field
        label="Name"
        hint="Letters, digits, _ and -."
        required
        error={refused && [refused.message, refused.fix].filter(Boolean).join(' ')}
      >
        {(wired) => (
          <Input {...wired} required value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field label="Comment">
        {(wired) => <Input {...wired} value={comment} onChange={(event) => setComment(event.target.value)} />}
      </Field>
    </Confirm>
  )
}
