/** The training sheets that were made from a sheet. */
import { useQuery } from '@tanstack/react-query'
import { Sparkles } from 'lucide-react'
import { Link } from 'react-router'
import { answer, api } from '@/api/client'
import { useMay } from '@/api/me'
import { countOf } from '@/lib/numbers'
import { StateBadge } from '@/ui/Badge'
import { ButtonLink } from '@/ui/ButtonLink'
import { Card } from '@/ui/Card'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorState } from '@/ui/ErrorState'
import { SkeletonText } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'

const MOST = 200

export function MadeFromIt({ sheetId }: { sheetId: string }) {
  const mayGenerate = useMay('training_sheets.write')
  const { data, error, refetch } = useQuery({
    queryKey: ['training-sheets', 'of-sheet', sheetId],
    queryFn: () =>
      answer(api.GET('/api/v1/training-sheets', { params: { query: { sheet_id: sheetId, limit: MOST } } })),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonText />
  if (data.items.length === 0) {
    return (
      <EmptyState
        icon={Sparkles}
        title="Nothing is made from it yet"
        actions={
          mayGenerate && (
            <ButtonLink to={`/generate/new?sheet=${sheetId}`}>Generate a training sheet</ButtonLink>
          )
        }
      >
        A published sheet and a template make a training sheet: one pair per item.
      </EmptyState>
    )
  }
  return (
    <Card flush>
      <ul className="divide-y divide-line">
        {data.items.map((made) => (
          <li key={made.id} className="relative flex items-center gap-3 px-4 py-2 hover:bg-hover">
            <Link
              to={`/generate/${made.id}`}
              className="font-medium after:absolute after:inset-0 hover:underline"
            >
              {made.name}
            </Link>
            <StateBadge state={made.state} />
            <span className="text-ink-2">
              {made.template_name} {made.template_version} · {countOf(made.counts.total, 'pair')}
            </span>
            <span className="ml-auto text-small text-ink-3">
              from v{made.sheet_version} · <Time at={made.created_at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
