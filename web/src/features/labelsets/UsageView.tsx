/** The canonical labels of a labelset: how many there are, by class and by version, and what they may not be used for. */
import { useQuery } from '@tanstack/react-query'
import { ConstraintsCard } from '@/features/governance'
import { count, share } from '@/lib/numbers'
import { ButtonLink } from '@/ui/ButtonLink'
import { Card, Figure } from '@/ui/Card'
import { ErrorState } from '@/ui/ErrorState'
import { SkeletonText } from '@/ui/Skeleton'
import { usageQuery, type Labelset } from './labelsets'

export function UsageView({ labelset }: { labelset: Labelset }) {
  const { data, error, refetch } = useQuery(usageQuery(labelset.id))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonText lines={5} />
  return (
    <div className="grid grid-cols-2 items-start gap-4 max-lg:grid-cols-1">
      <Card
        title="Canonical labels"
        actions={
          <ButtonLink size="small" to={`/labels?type=${labelset.label_type}`}>
            Open them
          </ButtonLink>
        }
      >
        <div className="grid grid-cols-3 gap-4">
          <Figure value={count(data.answered)} label="answered" />
          <Figure value={count(data.unlabelable)} label="unlabelable" />
          <Figure value={count(data.retracted)} label="retracted" />
        </div>
      </Card>
      {data.classes.length > 0 && (
        <Card title="By class">
          <Shares
            total={data.answered}
            rows={data.classes.map(({ id, name, labels }) => ({ key: id, name, labels }))}
          />
        </Card>
      )}
      <Card title="By version">
        {data.versions.length === 0 ? (
          <p className="text-ink-3">No label yet.</p>
        ) : (
          <Shares
            total={data.versions.reduce((sum, { labels }) => sum + labels, 0)}
            rows={data.versions.map(({ number, labels }) => ({
              key: String(number),
              name: `v${number}`,
              labels,
            }))}
          />
        )}
      </Card>
      <ConstraintsCard subject={{ kind: 'labelset', id: labelset.id }} />
    </div>
  )
}

interface SharesProps {
  total: number
  rows: readonly { key: string; name: string; labels: number }[]
}

function Shares({ total, rows }: SharesProps) {
  return (
    <ul className="flex flex-col gap-2">
      {rows.map(({ key, name, labels }) => (
        <li key={key} className="grid grid-cols-[9rem_minmax(0,1fr)_4rem_3rem] items-center gap-3">
          <span className="truncate">{name}</span>
          <span aria-hidden className="h-2 overflow-hidden rounded-full bg-neutral-soft">
            <span
              className="block h-full rounded-full bg-bar-labeled"
              style={{ width: `${total > 0 ? (100 * labels) / total : 0}%` }}
            />
          </span>
          <span className="text-right tabular-nums">{count(labels)}</span>
          <span className="text-right text-small text-ink-3 tabular-nums">{share(labels, total)}</span>
        </li>
      ))}
    </ul>
  )
}
