/** What the queue says when it has no pair: done, or the rest is with somebody else. */
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, Users } from 'lucide-react'
import { count } from '@/lib/numbers'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { EmptyState } from '@/ui/EmptyState'
import { claimsQuery, trainingSheetQuery, type TrainingSheet } from './review'

interface NothingLeftProps {
  trainingSheetId: string
  state: 'held' | 'done'
  held: number
  counts: TrainingSheet['counts'] | undefined
  onLook: () => Promise<void>
}

export function NothingLeft({ trainingSheetId, state, held, counts, onLook }: NothingLeftProps) {
  const claims = useQuery({ ...claimsQuery(trainingSheetId), enabled: state === 'held' })
  const { data: sheet } = useQuery(trainingSheetQuery(trainingSheetId))
  const isApproved = sheet?.state === 'approved'
  const people = [...new Set(claims.data?.map(({ actor_name }) => actor_name))]
  const look = <Button onClick={() => void onLook()}>Look again</Button>
  if (state === 'held') {
    return (
      <EmptyState
        icon={Users}
        title={`The last ${count(held)} are with ${people.join(' and ') || 'others'}`}
        actions={look}
      >
        They come back to the queue when they are skipped, or when their time runs out.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={CircleCheck}
      title="Nothing left to review"
      actions={
        <>
          {isApproved ? (
            <ButtonLink tone="primary" to={`/generate/${trainingSheetId}?tab=exports`}>
              Open the exports
            </ButtonLink>
          ) : (
            <ButtonLink tone="primary" to={`/generate/${trainingSheetId}`}>
              Open the training sheet
            </ButtonLink>
          )}
          {look}
        </>
      }
    >
      {isApproved
        ? 'The training sheet is approved as a whole. What comes next is to export it.'
        : 'Every pair here has a decision. What comes next is to approve the training sheet as a whole.'}
      <span className="mt-3 flex justify-center gap-4">
        {(['flagged', 'rejected'] as const)
          .filter((status) => counts && counts[status] > 0)
          .map((status) => (
            <ButtonLink
              key={status}
              size="small"
              to={`/label/${trainingSheetId}?status=${status}`}
              reloadDocument
            >
              Review {status}
            </ButtonLink>
          ))}
      </span>
    </EmptyState>
  )
}
