/** Letting some uses pass despite what one layer says: for how long, and why. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api, type Schemas } from '@/api/client'
import { ProblemError } from '@/api/problem'
import { Confirm } from '@/ui/Dialog'
import { Checkbox, Field, Input, TextArea } from '@/ui/Field'
import { tell } from '@/ui/Toast'
import { spokenUse, USES, type Use } from './governance'

interface WaiverDialogProps {
  /** What stands in the way; without it, the name of a source is asked for. */
  subject?: { kind: Schemas['SubjectKind']; ref: string } | undefined
  uses?: readonly Use[]
  onClose: () => void
}

export function WaiverDialog({ subject, uses = [], onClose }: WaiverDialogProps) {
  const client = useQueryClient()
  const [source, setSource] = useState('')
  const [chosen, choose] = useState(uses)
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState('')
  const grant = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/governance/waivers', {
          body: {
            subject_kind: subject?.kind ?? 'source',
            subject_ref: subject?.ref ?? source.trim(),
            uses: [...chosen],
            reason,
            expires_at: until ? new Date(`${until}T23:59:59`).toISOString() : null,
          },
        }),
      ),
    onSuccess: async () => {
      tell('The waiver is granted')
      onClose()
      await client.invalidateQueries()
    },
  })
  const problem = grant.error instanceof ProblemError ? grant.error : undefined
  return (
    <Confirm
      open
      onClose={onClose}
      title={subject ? `Waive what the ${subject.kind} says` : 'Grant a waiver'}
      lead="The uses named pass this one layer, and no other. It is recorded under your name."
      action="Grant the waiver"
      onConfirm={() => grant.mutate()}
      busy={grant.isPending}
      disabled={chosen.length === 0 || reason.trim() === '' || (!subject && source.trim() === '')}
      error={problem?.field === 'subject_ref' ? undefined : grant.error}
    >
      {subject ? (
        <p className="font-medium break-all">{subject.ref}</p>
      ) : (
        <Field
          label="Source"
          required
          hint="A table, volume or column, such as main.med.invoices#patient_name."
          error={problem?.field === 'subject_ref' ? problem.message : undefined}
        >
          {(wired) => <Input {...wired} value={source} onChange={(event) => setSource(event.target.value)} />}
        </Field>
      )}
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 text-small font-medium text-ink-2">Let pass</legend>
        {USES.map((use) => (
          <Checkbox
            key={use}
            label={spokenUse(use)}
            checked={chosen.includes(use)}
            onChange={(event) =>
              choose(event.target.checked ? [...chosen, use] : chosen.filter((other) => other !== use))
            }
          />
        ))}
      </fieldset>
      <Field label="Until" hint="Left blank, it stands until it is revoked.">
        {(wired) => (
          <Input
            {...wired}
            type="date"
            className="w-44"
            value={until}
            min={new Date().toISOString().slice(0, 10)}
            onChange={(event) => setUntil(event.target.value)}
          />
        )}
      </Field>
      <Field label="Reason" required hint="Name the rule or agreement; quote no content.">
        {(wired) => (
          <TextArea
            {...wired}
            rows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
    </Confirm>
  )
}
