/** Beside the answer, each folding away: guidelines, what the pair may be used for, the label, its history. */
import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { Link } from 'react-router'
import { UsesPanel } from '@/features/governance'
import { useKey } from '@/lib/useKey'
import { Badge, StateBadge } from '@/ui/Badge'
import { Facts, Fold } from '@/ui/Card'
import { SkeletonText } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { historyQuery, type PairDetail } from './review'

export function PairAsides({ pair }: { pair: PairDetail }) {
  const { label, elsewhere, form } = pair
  const guidelines = useRef<HTMLDivElement>(null)
  useKey('review.guidelines', () => guidelines.current?.querySelector('button')?.click(), {
    enabled: form.instructions !== '',
  })
  return (
    <div ref={guidelines} className="border-t border-line">
      {form.instructions && (
        <Fold name="review.guidelines" title="Guidelines">
          <p className="max-w-[75ch] whitespace-pre-wrap text-ink-2">{form.instructions}</p>
        </Fold>
      )}
      <Fold name="review.uses" title="What may this be used for?" startOpen={false}>
        <UsesPanel explanation={pair.explanation} subject={{ kind: 'pair', id: pair.id }} />
      </Fold>
      {(label || elsewhere.length > 0) && (
        <Fold name="review.label" title="Canonical label" startOpen={pair.stale !== null}>
          {label && (
            <Facts
              facts={[
                ['Says', label.summary ?? label.verdict],
                [
                  'Made from',
                  label.fresh ? (
                    'this content'
                  ) : (
                    <Badge key="stale" tone="warn">
                      other content: stale
                    </Badge>
                  ),
                ],
                [
                  'By',
                  <span key="by">
                    {label.labeled_by_name}, <Time at={label.labeled_at} />
                  </span>,
                ],
                ['Confidence', label.confidence],
                ['Version', label.number],
                ...(label.notes ? ([['Notes', label.notes]] as const) : []),
              ]}
            />
          )}
          {elsewhere.length > 0 && (
            <ul className="mt-3 flex flex-col gap-1">
              {elsewhere.map((other) => (
                <li key={other.training_sheet_id} className="flex items-center gap-2">
                  <StateBadge state={other.status} />
                  <Link to={`/generate/${other.training_sheet_id}`} className="truncate hover:underline">
                    {other.name}
                  </Link>
                  <span className="truncate text-ink-3">{other.summary}</span>
                </li>
              ))}
            </ul>
          )}
        </Fold>
      )}
      <Fold name="review.history" title="History" startOpen={false}>
        <History pairId={pair.id} />
      </Fold>
    </div>
  )
}

function History({ pairId }: { pairId: string }) {
  const { data } = useQuery(historyQuery(pairId))
  if (!data) return <SkeletonText lines={2} />
  if (data.items.length === 0) return <p className="text-ink-3">Nobody decided on this pair yet.</p>
  return (
    <ol className="flex flex-col gap-1.5">
      {data.items.map((action) => (
        <li key={action.id} className="flex items-baseline gap-2">
          <span className={action.undone ? 'text-ink-3 line-through' : 'font-medium'}>{action.kind}</span>
          <span className="text-ink-2">by {action.actor_name}</span>
          <span className="text-small text-ink-3">
            <Time at={action.at} />
          </span>
        </li>
      ))}
    </ol>
  )
}
