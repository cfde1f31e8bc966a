/** What a sheet or a labelset itself takes away from the uses of everything made with it. */
import { useQuery } from '@tanstack/react-query'
import { ShieldMinus } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '@/api/me'
import { Badge, ClassificationBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card, Facts } from '@/ui/Card'
import { ErrorState } from '@/ui/ErrorState'
import { SkeletonText } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { constraintsQuery, spokenUse, USES, type Subject } from './governance'
import { NarrowDialog } from './NarrowDialog'

export function ConstraintsCard({ subject }: { subject: Subject }) {
  const { data: now, error, refetch } = useQuery(constraintsQuery(subject))
  const [narrowing, setNarrowing] = useState(false)
  const may = useMay('governance.narrow')
  const { allowed_uses: allowed = null, prohibited_uses: prohibited = [], classification = null } = now ?? {}
  const barred = USES.filter((use) => prohibited.includes(use) || (allowed && !allowed.includes(use)))
  return (
    <Card
      title="Usage constraints"
      actions={
        may && (
          <Button size="small" tone="quiet" icon={ShieldMinus} onClick={() => setNarrowing(true)}>
            Narrow
          </Button>
        )
      }
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !now ? (
        <SkeletonText lines={2} />
      ) : barred.length === 0 && classification === null ? (
        <p className="text-ink-3">
          This {subject.kind} prohibits nothing; source tags, labels and the organisation still may.
        </p>
      ) : (
        <Facts
          facts={[
            [
              'Prohibits',
              barred.length > 0 ? (
                <span key="p" className="flex flex-wrap gap-1">
                  {barred.map((use) => (
                    <Badge key={use} tone="bad">
                      {spokenUse(use)}
                    </Badge>
                  ))}
                </span>
              ) : (
                'nothing'
              ),
            ],
            ...(classification
              ? ([
                  ['Classification', <ClassificationBadge key="c" classification={classification} />],
                ] as const)
              : []),
            ['Reason', now.reason],
            [
              'Set by',
              <span key="s">
                {now.set_by_name}, <Time at={now.set_at} />
              </span>,
            ],
          ]}
        />
      )}
      {narrowing && <NarrowDialog subject={subject} onClose={() => setNarrowing(false)} />}
    </Card>
  )
}
