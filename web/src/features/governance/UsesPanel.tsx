/** "Why can't I train on this?": each use, whether it is allowed, what stands in the way, and narrowing it further. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, ShieldMinus, X } from 'lucide-react'
import { useState } from 'react'
import type { Schemas } from '@/api/client'
import { useMay } from '@/api/me'
import { Button } from '@/ui/Button'
import { Checkbox, Field, Input } from '@/ui/Field'
import { ClassificationBadge } from '@/ui/Badge'
import { Confirm } from '@/ui/Dialog'
import { Select } from '@/ui/Select'
import { Time } from '@/ui/Time'
import { tell } from '@/ui/Toast'
import {
  CLASSIFICATIONS,
  constraintsQuery,
  saveConstraints,
  spokenUse,
  USES,
  type Subject,
  type Use,
} from './governance'
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
        {explanation.uses.map(({ use, allowed, obstacles }) => (
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
            </span>
          </li>
        ))}
      </ul>
      {waiving && <WaiverDialog subject={waiving} uses={[waiving.use]} onClose={() => waive(undefined)} />}
      {narrowing && subject && <NarrowDialog subject={subject} onClose={() => setNarrowing(false)} />}
    </div>
  )
}

function NarrowDialog({ subject, onClose }: { subject: Subject; onClose: () => void }) {
  const client = useQueryClient()
  const now = useQuery(constraintsQuery(subject))
  const [prohibited, setProhibited] = useState<readonly string[]>()
  const [classification, setClassification] = useState<string>()
  const [reason, setReason] = useState<string>()
  const chosen = prohibited ?? now.data?.prohibited_uses ?? []
  const save = useMutation({
    mutationFn: () =>
      saveConstraints(subject, {
        allowed_uses: now.data?.allowed_uses ?? null,
        prohibited_uses: chosen as Schemas['Use'][],
        classification: ((classification ?? now.data?.classification) || null) as
          Schemas['Classification'] | null,
        reason: reason ?? now.data?.reason ?? '',
        version: now.data?.version ?? 0,
      }),
    onSuccess: async () => {
      tell('Usage constraints saved')
      onClose()
      await client.invalidateQueries()
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Narrow what this ${subject.kind} may be used for`}
      lead="It holds from the moment it is saved. Widening takes a governor's waiver."
      action="Save"
      onConfirm={() => save.mutate()}
      busy={save.isPending}
      disabled={!now.data}
      error={save.error}
    >
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 font-medium">Prohibit</legend>
        {USES.map((use) => (
          <Checkbox
            key={use}
            label={spokenUse(use)}
            checked={chosen.includes(use)}
            onChange={(event) =>
              setProhibited(event.target.checked ? [...chosen, use] : chosen.filter((other) => other !== use))
            }
          />
        ))}
      </fieldset>
      <Field label="Classification">
        {(wired) => (
          <Select
            {...wired}
            value={classification ?? now.data?.classification ?? ''}
            onChange={setClassification}
            options={[
              { value: '', label: 'as inherited' },
              ...CLASSIFICATIONS.map((value) => ({ value, label: value })),
            ]}
          />
        )}
      </Field>
      <Field label="Reason" hint="Shown to whoever asks why; name the rule, quote no content.">
        {(wired) => (
          <Input
            {...wired}
            value={reason ?? now.data?.reason ?? ''}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
    </Confirm>
  )
}
