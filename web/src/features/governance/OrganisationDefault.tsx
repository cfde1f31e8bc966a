/** What the organisation allows where nothing else says less. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api, type Schemas } from '@/api/client'
import { useMay } from '@/api/me'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { ErrorNote, ErrorState } from '@/ui/ErrorState'
import { Checkbox, Field, Input } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { SkeletonText } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { tell } from '@/ui/Toast'
import { CLASSIFICATIONS, organisationQuery, spokenUse, USES, type Use } from './governance'

export function OrganisationDefault() {
  const now = useQuery(organisationQuery)
  if (now.isError) return <ErrorState error={now.error} onRetry={() => void now.refetch()} />
  if (!now.data) return <SkeletonText lines={8} />
  return <DefaultForm key={now.data.version} now={now.data} />
}

function DefaultForm({ now }: { now: Schemas['Constraints'] }) {
  const may = useMay('governance.waive')
  const client = useQueryClient()
  const [allowed, setAllowed] = useState<readonly Use[]>(now.version === 0 ? [] : (now.allowed_uses ?? USES))
  const [classification, setClassification] = useState<string>(now.classification ?? 'internal')
  const [reason, setReason] = useState(now.reason)
  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PUT('/api/v1/governance/organisation', {
          body: {
            allowed_uses: USES.filter((use) => allowed.includes(use)),
            prohibited_uses: now.prohibited_uses,
            classification: classification as Schemas['Classification'],
            reason,
            version: now.version,
          },
        }),
      ),
    onSuccess: async (saved) => {
      client.setQueryData(organisationQuery.queryKey, saved)
      tell('The default is saved, and holds from now on')
      await client.invalidateQueries({ refetchType: 'none' })
    },
  })
  return (
    <Card
      title="Where nothing else says less"
      lead={
        now.version === 0 ? (
          'There is no default: nothing may be used for anything.'
        ) : (
          <>
            {now.set_by_name ? `Set by ${now.set_by_name}` : 'Set with the workspace'}{' '}
            <Time at={now.set_at} />
          </>
        )
      }
      className="max-w-2xl"
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <fieldset className="flex flex-col gap-1" disabled={!may}>
          <legend className="mb-1 text-small font-medium text-ink-2">Allowed uses</legend>
          {USES.map((use) => (
            <Checkbox
              key={use}
              label={spokenUse(use)}
              checked={allowed.includes(use)}
              onChange={(event) =>
                setAllowed(
                  event.target.checked ? [...allowed, use] : allowed.filter((other) => other !== use),
                )
              }
            />
          ))}
        </fieldset>
        <Field label="Classification" hint="Of whatever has no tag that says more.">
          {(wired) => (
            <Select
              {...wired}
              className="w-56"
              disabled={!may}
              value={classification}
              onChange={setClassification}
              options={CLASSIFICATIONS.map((value) => ({ value, label: value }))}
            />
          )}
        </Field>
        <Field label="Reason" hint="Shown to whoever asks why something may not be used.">
          {(wired) => (
            <Input
              {...wired}
              disabled={!may}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {save.error && <ErrorNote error={save.error} />}
        {may ? (
          <Button type="submit" tone="primary" className="self-start" busy={save.isPending}>
            Save the default
          </Button>
        ) : (
          <p className="text-ink-3">Only governors and admins change it.</p>
        )}
      </form>
    </Card>
  )
}
