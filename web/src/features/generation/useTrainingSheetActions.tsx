/** What can be done with a training sheet as a whole, for its row and for its page. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Archive, Copy, PenLine, RotateCcw, Trash2 } from 'lucide-react'
import type { MenuAction } from '@/ui/Menu'
import { tell, tellError } from '@/ui/Toast'
import { archiveTrainingSheet, restoreTrainingSheet, type TrainingSheet } from './generation'

interface Opens {
  again: (sheet: TrainingSheet) => void
  rename?: (sheet: TrainingSheet) => void
  remove?: (sheet: TrainingSheet) => void
}

export function useTrainingSheetActions({ again, rename, remove }: Opens) {
  const client = useQueryClient()
  const run = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => client.invalidateQueries({ queryKey: ['training-sheets'] }),
    onError: tellError,
  })
  const archive = (sheet: TrainingSheet) =>
    run.mutate(async () => {
      const archived = await archiveTrainingSheet(sheet.id, sheet.version)
      const undo = () => run.mutate(() => restoreTrainingSheet(sheet.id, archived.version))
      tell(`${sheet.name} is archived`, { action: { label: 'Undo', run: undo } })
    })
  return (sheet: TrainingSheet): MenuAction[][] => [
    [
      ...(rename ? [{ label: 'Name and description…', icon: PenLine, onSelect: () => rename(sheet) }] : []),
      { label: 'Generate again…', icon: Copy, onSelect: () => again(sheet) },
    ],
    [
      sheet.archived
        ? {
            label: 'Restore',
            icon: RotateCcw,
            onSelect: () => run.mutate(() => restoreTrainingSheet(sheet.id, sheet.version)),
          }
        : {
            label: 'Archive',
            icon: Archive,
            disabled: sheet.state === 'generating',
            onSelect: () => archive(sheet),
          },
      ...(remove && sheet.approved_at === null && sheet.state !== 'approved'
        ? [{ label: 'Delete…', icon: Trash2, danger: true, onSelect: () => remove(sheet) }]
        : []),
    ],
  ]
}
