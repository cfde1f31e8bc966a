/** What left through the gate: when, for which use, how much, and what stayed behind and why. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { LogOut } from 'lucide-react'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { pagedQuery } from '@/api/pages'
import { exact } from '@/lib/dates'
import { count } from '@/lib/numbers'
import { useListState } from '@/lib/urlState'
import { Badge } from '@/ui/Badge'
import { ButtonLink } from '@/ui/ButtonLink'
import { Facts } from '@/ui/Card'
import { Drawer } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import { DataTable } from '@/ui/table'
import { ExitSubject } from './ExitSubject'
import { spokenUse, USES, type Exit, type Use } from './governance'

const spoken = (word: string) => word.replaceAll(/[._]/g, ' ')

/** "3 status: unlabeled; 2 tagged PHI": how many each reason kept behind. */
const behind = ({ excluded }: Exit) =>
  Object.entries(excluded)
    .map(([reason, rows]) => `${count(rows)} ${reason}`)
    .join('; ')

export function ExitsTable() {
  const list = useListState(['use'])
  const [shown, show] = useState<Exit>()
  const query = useInfiniteQuery(
    pagedQuery<Exit>(['governance', 'exits', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/governance/exits', {
          params: {
            query: {
              use: (list.filters.use as Use | undefined) ?? null,
              search: list.search || null,
              cursor: cursor ?? null,
            },
          },
        }),
      ),
    ),
  )
  return (
    <>
      <DataTable
        noun="exit"
        list={list}
        query={query}
        rowId={(exit) => exit.id}
        rowLabel={(exit) => `${spoken(exit.kind)} for ${spokenUse(exit.use)}`}
        searchLabel="Search exits"
        filters={[
          {
            name: 'use',
            label: 'Any use',
            options: USES.map((value) => ({ value, label: spokenUse(value) })),
          },
        ]}
        columns={[
          { id: 'at', header: 'When', width: 170, cell: (exit) => exact(exit.at) },
          {
            id: 'what',
            header: 'What left',
            width: 110,
            cell: (exit) => (
              <button
                type="button"
                className="max-w-full truncate text-left font-medium hover:underline"
                onClick={() => show(exit)}
              >
                {spoken(exit.kind)}
              </button>
            ),
          },
          { id: 'subject', header: 'Of', width: 260, cell: (exit) => <ExitSubject exit={exit} /> },
          { id: 'use', header: 'For', width: 100, cell: (exit) => <Badge>{spokenUse(exit.use)}</Badge> },
          { id: 'who', header: 'By', width: 110, cell: (exit) => exit.actor_name },
          {
            id: 'released',
            header: 'Released',
            width: 100,
            align: 'right',
            cell: (exit) => count(exit.released),
          },
          {
            id: 'excluded',
            header: 'Stayed behind',
            cell: (exit) => (
              <span className="block truncate text-ink-2" title={behind(exit)}>
                {behind(exit)}
              </span>
            ),
          },
        ]}
        empty={
          <EmptyState
            icon={LogOut}
            title="Nothing has left yet"
            actions={<ButtonLink to="/generate">See the training sheets</ButtonLink>}
          >
            Every export, every answer given to a model and every reading by a program is recorded here: for
            which use, how much, and what the gate kept back.
          </EmptyState>
        }
      />
      {shown && <ExitDrawer exit={shown} onClose={() => show(undefined)} />}
    </>
  )
}

function ExitDrawer({ exit, onClose }: { exit: Exit; onClose: () => void }) {
  const reasons = Object.entries(exit.excluded)
  return (
    <Drawer
      open
      onClose={onClose}
      title={`${spoken(exit.kind)} for ${spokenUse(exit.use)}`}
      lead={`${exit.actor_name}, ${exact(exit.at)}`}
    >
      <Facts
        facts={[
          ['Of', <ExitSubject key="of" exit={exit} />],
          ['Considered', count(exit.considered)],
          ['Released', count(exit.released)],
          ['Gate revision', exit.gate_revision],
        ]}
      />
      <h3 className="mt-5 mb-1.5 text-read">What stayed behind</h3>
      {reasons.length === 0 ? (
        <p className="text-ink-3">Nothing: all of it was allowed.</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {reasons.map(([reason, rows]) => (
            <li key={reason} className="flex gap-3">
              <span className="w-16 shrink-0 text-right font-medium tabular-nums">{count(rows)}</span>
              <span className="text-ink-2">{reason}</span>
            </li>
          ))}
        </ul>
      )}
    </Drawer>
  )
}
