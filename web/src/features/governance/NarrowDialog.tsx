/** Taking uses away from one sheet, labelset, label or pair, with the reason. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas } from '@/api/client'
import { same } from '@/lib/steps'
import { Confirm } from '@/ui/Dialog'
import { Checkbox, Field, Input } from '@/ui/Field'
import { Select } from '@/ui/Select'
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

type Said = Pick<Schemas['Constraints'], 'prohibited_uses' | 'classification' | 'reason'>

/** What was changed here, use by use, so that it holds whatever else turns out to be said. */
type Changed = Partial<Pick<Said, 'classification' | 'reason'>> & {
  prohibits?: Partial<Record<Use, boolean>>
}

const NOTHING: Said = { prohibited_uses: [], classification: null, reason: '' }

export function NarrowDialog({ subject, onClose }: { subject: Subject; onClose: () => void }) {
  const client = useQueryClient()
  const { data, isSuccess, isFetchedAfterMount, error } = useQuery(constraintsQuery(subject))
  // As they were when this opened, and not as a page knew them before: what somebody else says from then on is refused,
  // and not overwritten.
  const [now, see] = useState<typeof data>()
  if (!now && isSuccess && isFetchedAfterMount) see(data)
  const [{ prohibits, ...changed }, setChanged] = useState<Changed>({})
  const change = (part: Changed) => setChanged({ prohibits, ...changed, ...part })
  const known = now ?? data ?? NOTHING
  const said = {
    ...known,
    ...changed,
    prohibited_uses: prohibits
      ? USES.filter((use) => prohibits[use] ?? known.prohibited_uses.includes(use))
      : known.prohibited_uses,
  }
  const { prohibited_uses, classification, reason } = said
  const save = useMutation({
    mutationFn: () =>
      saveConstraints(subject, {
        allowed_uses: now?.allowed_uses ?? null,
        prohibited_uses,
        classification,
        reason,
        version: now?.version ?? 0,
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
      lead="It holds from the moment it is saved. Only a governor may widen what somebody else narrowed."
      action="Save"
      onConfirm={() => save.mutate()}
      busy={save.isPending}
      disabled={!now || same(now, said)}
      error={now ? save.error : error}
    >
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 font-medium">Prohibit</legend>
        {USES.map((use) => (
          <Checkbox
            key={use}
            label={spokenUse(use)}
            checked={prohibited_uses.includes(use)}
            onChange={(event) => change({ prohibits: { ...prohibits, [use]: event.target.checked } })}
          />
        ))}
      </fieldset>
      <Field label="Classification">
        {(wired) => (
          <Select
            {...wired}
            value={classification ?? ''}
            onChange={(chosen) => change({ classification: (chosen || null) as Said['classification'] })}
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
            value={reason}
            maxLength={500}
            onChange={(event) => change({ reason: event.target.value })}
          />
        )}
      </Field>
    </Confirm>
  )
}
