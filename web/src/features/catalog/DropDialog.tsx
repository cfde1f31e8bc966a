/** Dropping an empty schema or catalog, after a question. One that holds something is refused, and says so. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { Confirm } from '@/ui/Dialog'
import { dropCatalog, dropSchema } from './sources'

export interface DropTarget {
  what: 'catalog' | 'schema'
  name: string
}

export function DropDialog({ what, name, onClose }: DropTarget & { onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const drop = useMutation({
    mutationFn: () => (what === 'catalog' ? dropCatalog(name) : dropSchema(name)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['catalog'] })
      onClose()
      void navigate('/data/catalog')
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Drop ${what} ${name}?`}
      lead={
        what === 'catalog'
          ? 'Only a catalog without schemas can be dropped.'
          : 'Only a schema without tables and volumes can be dropped.'
      }
      action={`Drop ${what}`}
      tone="danger"
      busy={drop.isPending}
      error={drop.error}
      onConfirm={() => drop.mutate()}
    />
  )
}
