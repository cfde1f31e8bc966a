/** A copy of a sheet under another name; both share the labels of their items. */
import { DuplicateDialog } from '@/ui/asset'
import { duplicateSheet, type Sheet } from './sheets'

export function DuplicateSheet({ sheet, onClose }: { sheet: Sheet; onClose: () => void }) {
  return (
    <DuplicateDialog
      asset={sheet}
      lead="The copy begins as a draft. As long as its table and key stay the same, it shares this sheet's labels."
      queryKey="sheets"
      place="/data/sheets"
      duplicate={(name) => duplicateSheet(sheet.id, name, null)}
      onClose={onClose}
    />
  )
}
