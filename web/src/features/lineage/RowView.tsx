/** Everything that was made from one source row: its canonical labels, its pairs, its exported lines. */
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { spokenRef } from '@/features/sheets'
import { StateBadge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { Time } from '@/ui/Time'
import { pageOf, type RowTrace } from './lineage'

const link = 'font-medium hover:underline'

export function RowView({ trace }: { trace: RowTrace }) {
  return (
    <div className="flex h-full flex-col gap-4 overflow-auto">
      <p>
        Row <span className="font-medium">{spokenRef(trace.item_ref)}</span> of{' '}
        <Link className={link} to={pageOf({ kind: 'table', ref: trace.source_table })}>
          {trace.source_table}
        </Link>
      </p>
      <Group title="Canonical labels" none="Nobody labeled it." count={trace.labels.length}>
        {trace.labels.map((label) => (
          <li key={label.label_id} className="flex items-center gap-3 px-4 py-2">
            <Link className={link} to={`/labels?type=${label.label_type}&label=${label.label_id}`}>
              {label.label_type}
            </Link>
            <span className="min-w-0 truncate" title={label.withheld ?? label.summary ?? undefined}>
              {label.withheld === null ? label.summary : <span className="text-ink-3">withheld</span>}
            </span>
            <span className="shrink-0 text-ink-2">
              {label.verdict}, version {label.number}
            </span>
            <span className="ml-auto shrink-0 text-small text-ink-3">
              {label.labeled_by_name} · <Time at={label.changed_at} />
            </span>
          </li>
        ))}
      </Group>
      <Group title="Pairs" none="No training sheet has it." count={trace.pairs.length}>
        {trace.pairs.map((pair) => (
          <li key={pair.pair_id} className="flex items-center gap-3 px-4 py-2">
            <Link className={link} to={`/label/${pair.training_sheet_id}?pair=${pair.pair_id}`}>
              {pair.training_sheet_name}
            </Link>
            <StateBadge state={pair.status} />
            {pair.label_number !== null && (
              <span className="text-ink-2">with label version {pair.label_number}</span>
            )}
          </li>
        ))}
      </Group>
      <Group title="Exported lines" none="It never left in an export." count={trace.exports.length}>
        {trace.exports.map((made) => (
          <li
            key={`${made.export_id}${made.split}${made.line}`}
            className="flex items-center gap-3 px-4 py-2"
          >
            <Link className={link} to={pageOf({ kind: 'export', ref: made.export_id })}>
              Export of {made.training_sheet_name}
            </Link>
            <span className="text-ink-2">
              line {made.line} of {made.split}
            </span>
            <span className="ml-auto text-small text-ink-3">
              <Time at={made.created_at} />
            </span>
          </li>
        ))}
      </Group>
      {trace.truncated && (
        <p className="text-small text-warn">There are more exports than were looked through.</p>
      )}
    </div>
  )
}

interface GroupProps {
  title: string
  none: string
  count: number
  children: ReactNode
}

function Group({ title, none, count, children }: GroupProps) {
  return (
    <Card title={`${title} (${count})`} flush>
      {count === 0 ? (
        <p className="px-4 py-3 text-ink-3">{none}</p>
      ) : (
        <ul className="divide-y divide-line">{children}</ul>
      )}
    </Card>
  )
}
