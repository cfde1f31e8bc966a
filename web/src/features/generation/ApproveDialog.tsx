/** Approving a training sheet as a whole, and taking that back. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { progressSentence } from '@/features/review'
import { countOf } from '@/lib/numbers'
import { Confirm } from '@/ui/Dialog'
import { Checkbox } from '@/ui/Field'
import { tell, tellError } from '@/ui/Toast'
import { approveTrainingSheet, reopenTrainingSheet, type TrainingSheet } from './generation'

interface DialogProps {
  sheet: TrainingSheet
  onClose: () => void
}

export function ApproveDialog({ sheet, onClose }: DialogProps) {
  const { counts } = sheet
  const waiting = counts.unlabeled + counts.flagged
  const [incomplete, setIncomplete] = useState(false)
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: ['training-sheets'] })
  const approve = useMutation({
    mutationFn: () => approveTrainingSheet(sheet.id, sheet.version, incomplete),
    onSuccess: async (approved) => {
      onClose()
      tell(`${sheet.name} is approved`, {
        action: {
          label: 'Undo',
          run: () => void reopenTrainingSheet(sheet.id, approved.version).then(refresh, tellError),
        },
      })
      await refresh()
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Approve ${sheet.name}?`}
      lead="Approval says that the whole was looked at; it stands in the manifest of each export. Labeled and allowed pairs can be exported without it. Whoever edits a pair afterwards brings it back to review."
      action="Approve"
      busy={approve.isPending}
      disabled={waiting > 0 && !incomplete}
      error={approve.error}
      onConfirm={() => approve.mutate()}
    >
      <p>{progressSentence(counts)}</p>
      {waiting > 0 && (
        <Checkbox
          label={`Leave ${countOf(waiting, 'pair')} behind: they are never exported`}
          checked={incomplete}
          onChange={(event) => setIncomplete(event.target.checked)}
        />
      )}
    </Confirm>
  )
}

export function ReopenDialog({ sheet, onClose }: DialogProps) {
  const client = useQueryClient()
  const reopen = useMutation({
    mutationFn: () => reopenTrainingSheet(sheet.id, sheet.version),
    onSuccess: async () => {
      onClose()
      tell(`${sheet.name} is in review again`)
      await client.invalidateQueries({ queryKey: ['training-sheets'] })
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Take the approval of ${sheet.name} back?`}
      lead="It returns to review. What was exported from it stays exported."
      action="Reopen"
      busy={reopen.isPending}
      error={reopen.error}
      onConfirm={() => reopen.mutate()}
    />
  )
}
