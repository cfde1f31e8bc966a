/** The first pairs as they would be made; no model is asked and nothing is kept. */
import { useQuery } from '@tanstack/react-query'
import { namedPictureAddress } from '@/features/catalog'
import { spokenRef } from '@/features/sheets'
import { Badge, StateBadge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { ErrorNote } from '@/ui/ErrorState'
import { FieldError } from '@/ui/Field'
import { SkeletonText } from '@/ui/Skeleton'
import { ChatTurns } from '@/ui/view'
import { previewQuery, type PairPreview, type Recipe } from './generation'

const PICTURE_WIDTH = 640

export function PreviewCard({ recipe }: { recipe: Recipe | undefined }) {
  const { data, error, isFetching } = useQuery(previewQuery(recipe))
  return (
    <Card title="First pairs" lead="As they will be made. No model is asked yet." flush>
      <div aria-busy={isFetching} className={isFetching && data ? 'opacity-60' : ''}>
        {recipe === undefined ? (
          <p className="p-4 text-ink-3">
            They show here once the choices on the left are made: sheet, template, and who answers.
          </p>
        ) : error ? (
          <div className="p-4">
            <ErrorNote error={error} />
          </div>
        ) : !data ? (
          <div className="p-4">
            <SkeletonText lines={5} />
          </div>
        ) : data.withheld ? (
          <p className="p-4 text-ink-2">{data.withheld}</p>
        ) : data.pairs.length === 0 ? (
          <p className="p-4 text-ink-2">The sheet has no items now.</p>
        ) : (
          <ol className="divide-y divide-line">
            {data.pairs.map((pair) => (
              <li key={pair.item_ref} className="p-4">
                <Pair pair={pair} />
              </li>
            ))}
          </ol>
        )}
      </div>
    </Card>
  )
}

function Pair({ pair }: { pair: PairPreview }) {
  const detail = pair.problem?.detail
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <span className="font-medium">{spokenRef(pair.item_ref)}</span>
        <StateBadge state={pair.status} />
        {pair.origin === 'canonical' && <Badge tone="info">from a canonical label</Badge>}
        {pair.stale && <Badge tone="warn">stale label</Badge>}
      </div>
      {typeof detail === 'string' && (
        <div className="mb-2">
          <FieldError>No usable answer: {detail}</FieldError>
        </div>
      )}
      <ChatTurns
        turns={
          pair.rendered === null
            ? pair.messages
            : [...pair.messages, { role: 'assistant', content: pair.rendered }]
        }
        pictureAddress={(url) => namedPictureAddress(url, PICTURE_WIDTH) ?? url}
      />
      {pair.withheld && <p className="mt-1.5 text-small text-warn">{pair.withheld}</p>}
    </>
  )
}
