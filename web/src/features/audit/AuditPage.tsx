/** What happened in the workspace, newest first, and whether the record still holds. */
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { ScrollText, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { answer, api, type Schemas } from '@/api/client'
import { pagedQuery } from '@/api/pages'
import { exact } from '@/lib/dates'
import { count } from '@/lib/numbers'
import { useListState } from '@/lib/urlState'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Facts } from '@/ui/Card'
import { Dialog, Drawer } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'
import { DataTable } from '@/ui/table'
import { tellError } from '@/ui/Toast'
import { JsonView } from '@/ui/view'

type Event = Schemas['AuditEvent']

/** What events are about: the first word of their actions. */
const nouns = [
  'session',
  'invitation',
  'member',
  'password',
  'profile',
  'token',
  'workspace',
  'catalog',
  'schema',
  'table',
  'volume',
  'source',
  'tags',
  'sheet',
  'labelset',
  'template',
  'model',
  'training_sheet',
  'pair',
  'label',
  'constraints',
  'waiver',
  'exit',
  'export',
  'job',
]

const HOURS: Record<string, number> = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 }
const HOUR_MS = 3_600_000

/** Where a span of time begins, as the server takes it; whole hours, so that the list is not asked for anew each moment. */
function sinceOf(span: string | undefined): string | null {
  const hours = span === undefined ? undefined : HOURS[span]
  if (hours === undefined) return null
  return new Date(Math.floor(Date.now() / HOUR_MS - hours) * HOUR_MS).toISOString()
}

export default function AuditPage() {
  const list = useListState(['action', 'when', 'actor_id', 'subject_id'])
  const [shown, show] = useState<Event>()
  const query = useInfiniteQuery(
    pagedQuery<Event>(['audit', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/audit/events', {
          params: {
            query: {
              text: list.search || null,
              action: list.filters.action ?? null,
              subject_id: list.filters.subject_id ?? null,
              actor_id: list.filters.actor_id ?? null,
              since: sinceOf(list.filters.when),
              cursor: cursor ?? null,
            },
          },
        }),
      ),
    ),
  )
  const verify = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/audit/verify')),
    onError: tellError,
  })
  return (
    <Page
      title="Audit"
      lead="Everything that changed anything, sealed in a chain of hashes: what was written cannot be altered unseen."
      actions={
        <Button icon={ShieldCheck} busy={verify.isPending} onClick={() => verify.mutate()}>
          Verify the chain
        </Button>
      }
      body="fill"
    >
      <DataTable
        noun="event"
        list={list}
        query={query}
        rowId={(event) => event.id}
        rowLabel={(event) => `${event.who} ${event.did} ${event.what}`}
        rowActions={(event) => [
          [
            { label: 'Details', onSelect: () => show(event) },
            ...(event.subject_id
              ? [{ label: 'Only this subject', to: `/audit?subject_id=${event.subject_id}` }]
              : []),
            ...(event.actor_id
              ? [{ label: `Only by ${event.who}`, to: `/audit?actor_id=${event.actor_id}` }]
              : []),
          ],
        ]}
        searchLabel="Search events"
        filters={[
          {
            name: 'action',
            label: 'Anything',
            options: nouns.map((noun) => ({ value: noun, label: noun.replaceAll('_', ' ') })),
          },
          {
            name: 'when',
            label: 'Any time',
            options: Object.keys(HOURS).map((value) => ({ value, label: `the last ${value}` })),
          },
        ]}
        columns={[
          { id: 'at', header: 'When', width: 170, cell: (event) => exact(event.at) },
          {
            id: 'what',
            header: 'What happened',
            cell: (event) => (
              <button
                type="button"
                className="max-w-full truncate text-left hover:underline"
                onClick={() => show(event)}
              >
                <span className="font-medium">{event.who}</span> {event.did}{' '}
                <span className="font-medium">{event.what}</span>
              </button>
            ),
          },
          {
            id: 'action',
            header: 'Action',
            width: 210,
            cell: (event) => <span className="font-mono text-small">{event.action}</span>,
          },
          {
            id: 'sealed',
            header: 'Sealed',
            width: 110,
            cell: (event) =>
              event.position === null ? (
                <Badge>not yet</Badge>
              ) : (
                <Badge tone="accent">#{count(event.position)}</Badge>
              ),
          },
        ]}
        empty={
          <EmptyState icon={ScrollText} title="Nothing has happened yet">
            Sign-ins, labels, approvals, exports and every change of rules are kept here.
          </EmptyState>
        }
      />
      <Drawer open={shown !== undefined} onClose={() => show(undefined)} title="Event">
        {shown && <EventDetails event={shown} />}
      </Drawer>
      <Dialog
        open={verify.data !== undefined}
        onClose={() => verify.reset()}
        width="narrow"
        title={verify.data?.intact ? 'The chain holds' : 'The chain is broken'}
      >
        {verify.data && <ChainReport report={verify.data} />}
      </Dialog>
    </Page>
  )
}

function EventDetails({ event }: { event: Event }) {
  return (
    <div className="flex flex-col gap-5">
      <Facts
        facts={[
          ['When', exact(event.at)],
          ['Who', event.who],
          ['Through', event.through_token ? 'an API token' : 'the browser'],
          [
            'Action',
            <span key="a" className="font-mono text-small">
              {event.action}
            </span>,
          ],
          ['Subject', `${event.subject_kind} ${event.subject_id ?? ''}`],
          [
            'Hash',
            <span key="h" className="font-mono text-small break-all">
              {event.hash ?? 'not sealed yet'}
            </span>,
          ],
        ]}
      />
      <JsonView value={event.details} />
    </div>
  )
}

function ChainReport({ report }: { report: Schemas['ChainReport'] }) {
  return (
    <div className="flex flex-col gap-4">
      {report.broken && (
        <p role="alert" className="rounded-control bg-bad-soft px-3 py-2">
          At event #{count(report.broken.position)}: {report.broken.reason}
        </p>
      )}
      <Facts
        facts={[
          ['Sealed events', count(report.sealed)],
          ['Waiting to be sealed', count(report.unsealed)],
          [
            'Head',
            <span key="h" className="font-mono text-small break-all">
              {report.head}
            </span>,
          ],
        ]}
      />
      <p className="text-small text-ink-3">
        Keep the head somewhere else: later it shows that nothing was cut from the end.
      </p>
    </div>
  )
}
