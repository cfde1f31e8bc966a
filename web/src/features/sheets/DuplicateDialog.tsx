/** A copy of a sheet under another name; both share the labels of their items. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { Confirm } from '@/ui/Dialog'
import { Field, Input } from '@/ui/Field'
import { duplicateSheet, type Sheet } from './sheets'

export function DuplicateDialog({ sheet, onClose }: { sheet: Sheet; onClose: () => void }) {
  const [name, setName] = useState(`${sheet.name} (copy)`)
  const client = useQueryClient()
  const navigate = useNavigate()
  const copy = useMutation({
    mutationFn: () => duplicateSheet(sheet.id, name, null),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['sheets'] })
      void navigate(`/data/sheets/${made.id}`)
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Duplicate ${sheet.name}`}
      lead="The copy begins as a draft. As long as its table and key stay the same, it shares this sheet's labels."
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
