/** Somebody else labeled the item meanwhile: both answers side by side, and the expert chooses. */
import type { Schemas } from '@/api/client'
import type { Answer } from '@/ui/form'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { SideBySide } from '@/ui/view'
import type { ItemToLabel } from './labels'

interface LabelConflictProps {
  /** The item as it stands now, with their label. */
  now: ItemToLabel
  mine: Answer
  definition: Schemas['LabelsetVersion']
  onClose: () => void
  onTheirs: () => void
  onMine: () => void
}

export function LabelConflict({ now, mine, definition, onClose, onTheirs, onMine }: LabelConflictProps) {
  const spoken = (value: unknown) => definition.classes?.find(({ id }) => id === value)?.name ?? value
  const { label } = now
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title={`${label?.changed_by_name ?? 'Somebody else'} labeled this meanwhile`}
      lead="Nothing of yours was written, and nothing of theirs is lost. Which answer shall stand?"
      footer={
        <>
          <Button onClick={onClose}>Look again</Button>
          <Button onClick={onTheirs}>Keep theirs</Button>
          <Button tone="primary" onClick={onMine}>
            Use mine
          </Button>
        </>
      }
    >
      <SideBySide
        left={label?.verdict === 'answered' ? spoken(label.value) : (label?.verdict ?? 'no label')}
        right={mine.value === null ? 'unlabelable' : spoken(mine.value)}
        leftLabel="Theirs"
        rightLabel="Mine"
      />
    </Dialog>
  )
}
