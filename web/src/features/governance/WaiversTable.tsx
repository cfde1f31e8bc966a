/** Waivers, newest first: who let what pass, until when; governors grant and revoke them. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { useMay } from '@/api/me'
import { pagedQuery } from '@/api/pages'
import { exact } from '@/lib/dates'
import { useListState } from '@/lib/urlState'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import { DataTable } from '@/ui/table'
import { tell } from '@/ui/Toast'
import { spokenUse, type Waiver } from './governance'
import { WaiverDialog } from './WaiverDialog'

function stateOf(waiver: Waiver): string {
  if (waiver.revoked_at) return 'revoked'
  return waiver.stands ? 'stands' : 'expired'
}

export function WaiversTable() {
  const list = useListState(['standing'])
  const may = useMay('governance.waive')
  const [granting, grant] = useState(false)
  const [revoking, revoke] = useState<Waiver>()
  const { standing } = list.filters
  const query = useInfiniteQuery(
    pagedQuery<Waiver>(['governance', 'waivers', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/governance/waivers', {
          params: {
            query: {
              standing: standing === undefined ? null : standing === 'true',
              search: list.search || null,
              cursor: cursor ?? null,
            },
          },
        }),
      ),
    ),
  )
  const granter = may && (
    <Button tone="primary" onClick={() => grant(true)}>
      Grant a waiver
    </Button>
  )
  return (
    <>
      <DataTable
        noun="waiver"
        list={list}
        query={query}
        rowId={(waiver) => waiver.id}
        rowLabel={(waiver) => `waiver for ${waiver.subject_ref}`}
        searchLabel="Search waivers"
        actions={granter}
        filters={[
          {
            name: 'standing',
            label: 'All waivers',
            options: [
              { value: 'true', label: 'only standing' },
              { value: 'false', label: 'only ended' },
            ],
          },
        ]}
        {...(may && {
          rowActions: (waiver: Waiver) => [
            [{ label: 'Revoke', disabled: !waiver.stands, onSelect: () => revoke(waiver) }],
          ],
        })}
        columns={[
          {
            id: 'subject',
            header: 'What',
            cell: (waiver) => (
              <span className="truncate" title={waiver.subject_ref}>
                <span className="text-ink-3">{waiver.subject_kind}</span>{' '}
                <span className="font-medium">{waiver.subject_ref}</span>
              </span>
            ),
          },
          {
            id: 'uses',
            header: 'Lets pass',
            width: 160,
            cell: (waiver) => waiver.uses.map(spokenUse).join(', '),
          },
          {
            id: 'reason',
            header: 'Reason',
            cell: (waiver) => (
              <span className="truncate" title={waiver.reason}>
                {waiver.reason}
              </span>
            ),
          },
          { id: 'by', header: 'Granted by', width: 120, cell: (waiver) => waiver.granted_by_name },
          {
            id: 'until',
            header: 'Until',
            width: 150,
            cell: ({ revoked_at, expires_at }) => {
              const end = revoked_at ?? expires_at
              return end ? exact(end) : 'it is revoked'
            },
          },
          {
            id: 'state',
            header: 'State',
            width: 80,
            cell: (waiver) => <Badge tone={waiver.stands ? 'warn' : 'neutral'}>{stateOf(waiver)}</Badge>,
          },
        ]}
        empty={
          <EmptyState icon={ShieldCheck} title="Nothing is waived" actions={granter}>
            A waiver lets some uses pass one layer that prohibits them: under a governor&apos;s name, with a
            reason, and with an end if there is one.
          </EmptyState>
        }
      />
      {granting && <WaiverDialog onClose={() => grant(false)} />}
      {revoking && <RevokeDialog waiver={revoking} onClose={() => revoke(undefined)} />}
    </>
  )
}

function RevokeDialog({ waiver, onClose }: { waiver: Waiver; onClose: () => void }) {
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/governance/waivers/{waiver_id}/revoke', {
          params: { path: { waiver_id: waiver.id } },
        }),
      ),
    onSuccess: async () => {
      tell('The waiver is revoked')
      onClose()
      await client.invalidateQueries()
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title="Revoke this waiver"
      lead={`From now on ${waiver.subject_ref} prohibits again what it did. What left already is named in the exits.`}
      action="Revoke"
      tone="danger"
      onConfirm={() => end.mutate()}
      busy={end.isPending}
      error={end.error}
    />
  )
}
