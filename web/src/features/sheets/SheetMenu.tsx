/** What else can be done with a sheet. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Archive, Copy, Ellipsis, PenLine, RotateCcw, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { RenameDialog } from '@/ui/asset'
import { Confirm } from '@/ui/Dialog'
import { IconButton } from '@/ui/IconButton'
import { Menu } from '@/ui/Menu'
import { tellError } from '@/ui/Toast'
import { DuplicateSheet } from './DuplicateSheet'
import { archiveSheet, changeSheet, discardDraft, restoreSheet, type Sheet } from './sheets'

export function SheetMenu({ sheet }: { sheet: Sheet }) {
  const [open, setOpen] = useState<'rename' | 'duplicate' | 'discard'>()
  const client = useQueryClient()
  const run = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sheets'] }),
    onError: tellError,
  })
  const archived = sheet.state === 'archived'
  return (
    <>
      <Menu
        actions={[
          [
            { label: 'Name and description…', icon: PenLine, onSelect: () => setOpen('rename') },
            { label: 'Duplicate…', icon: Copy, onSelect: () => setOpen('duplicate') },
          ],
          [
            ...(sheet.draft !== null && sheet.published !== null
              ? [
                  {
                    label: `Discard draft v${sheet.draft}…`,
                    icon: Undo2,
                    onSelect: () => setOpen('discard'),
                  },
                ]
              : []),
            archived
              ? {
                  label: 'Restore',
                  icon: RotateCcw,
                  onSelect: () => run.mutate(() => restoreSheet(sheet.id, sheet.version)),
                }
              : {
                  label: 'Archive',
                  icon: Archive,
                  onSelect: () => run.mutate(() => archiveSheet(sheet.id, sheet.version)),
                },
          ],
        ]}
      >
        <IconButton icon={Ellipsis} label="More" tone="plain" />
      </Menu>
      <Confirm
        open={open === 'discard'}
        onClose={() => setOpen(undefined)}
        title={`Discard draft v${sheet.draft}?`}
        lead={`v${sheet.published} stands as it is; what the draft changed is gone.`}
        action="Discard draft"
        tone="danger"
        onConfirm={() => {
          setOpen(undefined)
          run.mutate(() => discardDraft(sheet.id, sheet.version))
        }}
      />
      {open === 'duplicate' && <DuplicateSheet sheet={sheet} onClose={() => setOpen(undefined)} />}
      {open === 'rename' && (
        <RenameDialog
          asset={sheet}
          queryKey="sheets"
          save={(changed) => changeSheet(sheet.id, { ...changed, version: sheet.version })}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  )
}
