/** Deleting a sheet that was never published; published ones are archived. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Confirm } from '@/ui/Dialog'
import { deleteSheet, type Sheet } from './sheets'

export function DeleteDialog({ sheet, onClose }: { sheet: Sheet; onClose: () => void }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => deleteSheet(sheet.id, sheet.version),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['sheets'] })
      onClose()
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Delete ${sheet.name}?`}
      lead="It was never published, so nothing was made from it. This cannot be undone."
      action="Delete sheet"
      tone="danger"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    />
  )
}
