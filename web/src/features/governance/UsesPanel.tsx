/** "Why can't I train on this?": each use, whether it is allowed, what stands in the way, and narrowing it further. */
import { Check, ShieldMinus, X } from 'lucide-react'
import { useState } from 'react'
import type { Schemas } from '@/api/client'
import { useMay } from '@/api/me'
import { Button } from '@/ui/Button'
import { ClassificationBadge } from '@/ui/Badge'
import { Time } from '@/ui/Time'
import { spokenUse, type Subject, type Use } from './governance'
import { NarrowDialog } from './NarrowDialog'
import { WaiverDialog } from './WaiverDialog'

interface UsesPanelProps {
  explanation: Schemas['Explanation']
  /** What narrowing applies to; left out where nothing can be narrowed. */
  subject?: Subject
}

export function UsesPanel({ explanation, subject }: UsesPanelProps) {
  const [narrowing, setNarrowing] = useState(false)
  const [waiving, waive] = useState<{ kind: Schemas['SubjectKind']; ref: string; use: Use }>()
  const may = useMay('governance.narrow')
  const mayWaive = useMay('governance.waive')
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2 text-ink-2">
        Classification <ClassificationBadge classification={explanation.classification} />
        {subject && may && (
          <Button
            size="small"
            tone="quiet"
            icon={ShieldMinus}
            className="ml-auto"
            onClick={() => setNarrowing(true)}
          >
            Narrow
          </Button>
        )}
      </div>
      <ul className="flex flex-col gap-1.5">
        {explanation.uses.map(({ use, allowed, obstacles, waivers }) => (
          <li key={use} className="grid grid-cols-[1.25rem_6.5rem_minmax(0,1fr)] items-start gap-1">
            {allowed ? (
              <Check size={15} className="mt-0.5 text-good" aria-label="allowed" />
            ) : (
              <X size={15} className="mt-0.5 text-bad" aria-label="not allowed" />
            )}
            <span className="font-medium">{spokenUse(use)}</span>
            <span className="text-ink-2">
              {obstacles.map((obstacle, place) => (
                <span key={place} className="block">
                  {obstacle.text}
                  {obstacle.set_by_name && (
                    <span className="text-ink-3">
                      {' '}
                      — {obstacle.set_by_name} <Time at={obstacle.set_at} />
                    </span>
                  )}
                  <span className="block text-small text-ink-3">
                    {obstacle.fix}{' '}
                    {mayWaive && obstacle.layer && obstacle.ref && (
                      <button
                        type="button"
                        className="text-accent-ink underline"
                        onClick={() =>
                          obstacle.layer &&
                          obstacle.ref &&
                          waive({ kind: obstacle.layer, ref: obstacle.ref, use })
                        }
                      >
                        Waive it
                      </button>
                    )}
                  </span>
                </span>
              ))}
              {waivers.map(({ text }, place) => (
                <span key={place} className="block">
                  {text}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {waiving && <WaiverDialog subject={waiving} uses={[waiving.use]} onClose={() => waive(undefined)} />}
      {narrowing && subject && <NarrowDialog subject={subject} onClose={() => setNarrowing(false)} />}
    </div>
  )
}
