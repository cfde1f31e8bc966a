/** What else can be done with a training sheet. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useMay } from '@/api/me'
import { countOf } from '@/lib/numbers'
import { RenameDialog } from '@/ui/asset'
import { Confirm } from '@/ui/Dialog'
import { IconButton } from '@/ui/IconButton'
import { Menu } from '@/ui/Menu'
import { tell } from '@/ui/Toast'
import { AgainDialog } from './AgainDialog'
import { changeTrainingSheet, deleteTrainingSheet, type TrainingSheet } from './generation'
import { useTrainingSheetActions } from './useTrainingSheetActions'

export function TrainingSheetMenu({ sheet }: { sheet: TrainingSheet }) {
  const [open, setOpen] = useState<'again' | 'rename' | 'remove'>()
  const may = useMay('training_sheets.write')
  const close = () => setOpen(undefined)
  const actions = useTrainingSheetActions({
    again: () => setOpen('again'),
    rename: () => setOpen('rename'),
    remove: () => setOpen('remove'),
  })
  if (!may) return null
  return (
    <>
      <Menu actions={actions(sheet)}>
        <IconButton icon={Ellipsis} label="More" tone="plain" />
      </Menu>
      {open === 'again' && <AgainDialog sheet={sheet} onClose={close} />}
      {open === 'rename' && (
        <RenameDialog
          asset={sheet}
          queryKey="training-sheets"
          save={(changed) => changeTrainingSheet(sheet.id, { ...changed, version: sheet.version })}
          onClose={close}
        />
      )}
      {open === 'remove' && <RemoveDialog sheet={sheet} onClose={close} />}
    </>
  )
}

function RemoveDialog({ sheet, onClose }: { sheet: TrainingSheet; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () => deleteTrainingSheet(sheet.id, sheet.version),
    onSuccess: async () => {
      tell(`${sheet.name} is being deleted`)
      void navigate('/generate')
      await client.invalidateQueries({ queryKey: ['training-sheets', 'list'] })
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Delete ${sheet.name}?`}
      lead={`Its ${countOf(sheet.counts.total, 'pair')} go for good. Canonical labels stay: they belong to the items.`}
      action="Delete"
      tone="danger"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    />
  )
}
