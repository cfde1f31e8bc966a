/** Somebody else changed the pair or its label meanwhile: both answers side by side, and the expert chooses. */
import { useQuery } from '@tanstack/react-query'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { SkeletonText } from '@/ui/Skeleton'
import { SideBySide } from '@/ui/view'
import { pairQuery, spokenAnswer, type Decided } from './review'

interface ConflictDialogProps {
  mine: Decided
  onClose: () => void
  onTheirs: () => void
  onMine: (against: { version: number; labelNumber: number | null }) => void
}

export function ConflictDialog({ mine, onClose, onTheirs, onMine }: ConflictDialogProps) {
  const { data, isFetchedAfterMount } = useQuery({ ...pairQuery(mine.pair.id), staleTime: 0 })
  // What is known from before is what the conflict is with.
  const now = isFetchedAfterMount ? data : undefined
  const who = now?.label?.labeled_by_name ?? now?.reviewed_by_name ?? 'Somebody else'
  const theirs = now && (now.label ? now.label.value : now.value)
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title={`${who} decided on this meanwhile`}
      lead="Nothing of yours was written, and nothing of theirs is lost. Which answer shall stand?"
      footer={
        <>
          <Button onClick={onClose}>Look again</Button>
          <Button onClick={onTheirs}>Keep theirs</Button>
          <Button
            tone="primary"
            disabled={!now}
            onClick={() => now && onMine({ version: now.version, labelNumber: now.label?.number ?? null })}
          >
            Use mine
          </Button>
        </>
      }
    >
      {now ? (
        <SideBySide
          left={spokenAnswer(now, theirs)}
          right={spokenAnswer(now, mine.work.value)}
          leftLabel={`Theirs (${now.status})`}
          rightLabel={`Mine (${mine.decision})`}
        />
      ) : (
        <SkeletonText lines={4} />
      )}
    </Dialog>
  )
}
