/** What counting a definition found: how many items, what they lack, and whether it could be published. */
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { countOf } from '@/lib/numbers'
import { Badge } from '@/ui/Badge'
import { Tooltip } from '@/ui/Tooltip'
import { spokenRef, type SheetCheck } from './sheets'

export function CheckLine({ check, busy }: { check: SheetCheck | undefined; busy: boolean }) {
  if (!check) return <p className="flex min-h-6 items-center text-ink-3">{busy ? 'Counting…' : ''}</p>
  return (
    <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1" aria-live="polite">
      <span className="font-medium">{countOf(check.item_count, 'item')}</span>
      {check.missing
        .filter(({ count }) => count > 0)
        .map(({ alias, count, examples }) => (
          <Tooltip key={alias} text={`For example ${examples.slice(0, 5).map(spokenRef).join(', ')}`}>
            <button type="button">
              <Badge tone="warn">
                {countOf(count, 'item')} without {alias}
              </Badge>
            </button>
          </Tooltip>
        ))}
      {check.problem ? (
        <p role="alert" className="flex basis-full items-start gap-1.5 rounded-control bg-bad-soft px-3 py-2">
          <TriangleAlert aria-hidden size={15} className="mt-0.5 shrink-0 text-bad" />
          {check.problem}
        </p>
      ) : (
        <span className="flex items-center gap-1 text-small text-good">
          <CircleCheck aria-hidden size={14} /> the key names each item once
        </span>
      )}
      {busy && <span className="text-small text-ink-3">Counting…</span>}
    </div>
  )
}
