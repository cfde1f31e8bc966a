/** The exports of a training sheet: a new one, and those that were made. */
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { useMay } from '@/api/me'
import { bytes, countOf } from '@/lib/numbers'
import { StateBadge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { ErrorNote } from '@/ui/ErrorState'
import { SkeletonText } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { exportsQuery } from './exports'
import { NewExport } from './NewExport'

interface ExportsOfSheetProps {
  trainingSheetId: string
  approved: boolean
}

export function ExportsOfSheet({ trainingSheetId, approved }: ExportsOfSheetProps) {
  const may = useMay('exports.write')
  const { data, error } = useQuery(exportsQuery(trainingSheetId))
  return (
    <div className="flex flex-col gap-4">
      {may && <NewExport trainingSheetId={trainingSheetId} approved={approved} />}
      <Card title="Exports" flush>
        {error ? (
          <div className="p-4">
            <ErrorNote error={error} />
          </div>
        ) : !data ? (
          <div className="p-4">
            <SkeletonText />
          </div>
        ) : data.items.length === 0 ? (
          <p className="p-4 text-ink-3">Nothing was exported yet.</p>
        ) : (
          <ul className="divide-y divide-line">
            {data.items.map((made) => (
              <li key={made.id} className="relative flex items-center gap-3 px-4 py-2 hover:bg-hover">
                <Link
                  to={`/generate/exports/${made.id}`}
                  className="font-medium after:absolute after:inset-0 hover:underline"
                >
                  {made.options.format}
                </Link>
                <StateBadge state={made.state} />
                <span className="text-ink-2">
                  {made.splits
                    .map(({ split, gate }) => `${countOf(gate.allowed, 'line')} ${split}`)
                    .join(', ')}
                  {made.files.length > 0 &&
                    ` · ${bytes(made.files.reduce((sum, file) => sum + file.bytes, 0))}`}
                </span>
                <span className="ml-auto text-small text-ink-3">
                  {made.created_by_name} · <Time at={made.created_at} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  )
}
