/** Dropping a schema or catalog, after a question; with everything in it only where that is said on purpose. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { Confirm } from '@/ui/Dialog'
import { Checkbox } from '@/ui/Field'
import { catalogsQuery, dropCatalog, dropSchema, schemasQuery } from './sources'

export interface DropTarget {
  what: 'catalog' | 'schema'
  name: string
}

export function DropDialog({ what, name, onClose }: DropTarget & { onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [everything, setEverything] = useState(false)
  const drop = useMutation({
    mutationFn: () => (what === 'catalog' ? dropCatalog(name, everything) : dropSchema(name, everything)),
    onSuccess: async () => {
      // Only the list is asked for anew: what it held is gone, and what else there is comes when it is shown.
      const listed = what === 'catalog' ? catalogsQuery : schemasQuery(name.split('.')[0] ?? '')
      await client.invalidateQueries({ queryKey: listed.queryKey })
      onClose()
      void navigate('/data/catalog')
      await client.invalidateQueries({ queryKey: ['catalog'], refetchType: 'none' })
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Drop ${what} ${name}?`}
      lead="Sheets that point into it can no longer be read. This cannot be undone."
      action={`Drop ${what}`}
      tone="danger"
      busy={drop.isPending}
      error={drop.error}
      onConfirm={() => drop.mutate()}
    >
      <Checkbox
        label={
          what === 'catalog'
            ? 'With all schemas in it, their tables, volumes and files'
            : 'With all tables, volumes and files in it'
        }
        checked={everything}
        onChange={(event) => setEverything(event.target.checked)}
      />
    </Confirm>
  )
}
