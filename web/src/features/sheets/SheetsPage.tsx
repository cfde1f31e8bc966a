/** Every sheet of the workspace. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Archive, Copy, ListChecks, Plus, RotateCcw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { useMay } from '@/api/me'
import { pagedQuery } from '@/api/pages'
import { DataTabs } from '@/features/catalog'
import { count } from '@/lib/numbers'
import { useListState } from '@/lib/urlState'
import { StateBadge } from '@/ui/Badge'
import { ButtonLink } from '@/ui/ButtonLink'
import { EmptyState } from '@/ui/EmptyState'
import type { MenuAction } from '@/ui/Menu'
import { Page } from '@/ui/Page'
import { DataTable } from '@/ui/table'
import { Time } from '@/ui/Time'
import { tell, tellError } from '@/ui/Toast'
import { DeleteDialog } from './DeleteDialog'
import { DuplicateSheet } from './DuplicateSheet'
import { archiveSheet, restoreSheet, type Sheet } from './sheets'

const states = ['draft', 'published', 'archived'] as const

export default function SheetsPage() {
  const list = useListState(['state'], '-created_at')
  const [copying, setCopying] = useState<Sheet>()
  const mayWrite = useMay('sheets.write')
  const query = useInfiniteQuery(
    pagedQuery<Sheet>(['sheets', 'list', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/sheets', {
          params: {
            query: {
              search: list.search || null,
              state: (list.filters.state as Sheet['state'] | undefined) ?? null,
              sort: list.sort as 'name' | '-created_at',
              cursor: cursor ?? null,
            },
          },
        }),
      ),
    ),
  )
  const [deleting, setDeleting] = useState<Sheet>()
  const actions = useSheetActions(setCopying, setDeleting)
  return (
    <Page
      title="Data"
      lead="A sheet says which rows and files are your items. It points at the data; it never copies it."
      tabs={<DataTabs />}
      actions={
        mayWrite && (
          <ButtonLink tone="primary" icon={Plus} to="/data/sheets/new">
            New sheet
          </ButtonLink>
        )
      }
      body="fill"
    >
      <DataTable
        noun="sheet"
        list={list}
        query={query}
        rowId={(sheet) => sheet.id}
        rowLabel={(sheet) => sheet.name}
        rowTo={(sheet) => `/data/sheets/${sheet.id}`}
        {...(mayWrite && { rowActions: actions })}
        searchLabel="Search sheets"
        filters={[
          {
            name: 'state',
            label: 'Any state',
            options: states.map((state) => ({ value: state, label: state })),
          },
        ]}
        columns={[
          { id: 'name', header: 'Name', sort: 'name', cell: (sheet) => sheet.name },
          { id: 'state', header: 'State', width: 190, cell: (sheet) => <SheetStates sheet={sheet} /> },
          {
            id: 'table',
            header: 'Primary table',
            width: 230,
            cell: (sheet) => <span className="text-ink-2">{sheet.primary_table}</span>,
          },
          {
            id: 'items',
            header: 'Items',
            width: 90,
            align: 'right',
            cell: (sheet) => (sheet.item_count === null ? '–' : count(sheet.item_count)),
          },
          { id: 'changed', header: 'Changed', width: 130, cell: (sheet) => <Time at={sheet.changed_at} /> },
        ]}
        empty={
          <EmptyState
            icon={ListChecks}
            title="Make your first sheet"
            actions={
              mayWrite && (
                <>
                  <ButtonLink tone="primary" icon={Plus} to="/data/sheets/new">
                    New sheet
                  </ButtonLink>
                  <ButtonLink to="/data/catalog">Browse the catalog</ButtonLink>
                </>
              )
            }
          >
            A sheet chooses the rows to work on, joins their pictures, documents and other tables by key, and
            gives each item a name that its labels keep for good.
          </EmptyState>
        }
      />
      {deleting && <DeleteDialog sheet={deleting} onClose={() => setDeleting(undefined)} />}
      {copying && <DuplicateSheet sheet={copying} onClose={() => setCopying(undefined)} />}
    </Page>
  )
}

export function SheetStates({ sheet }: { sheet: Sheet }) {
  return (
    <span className="flex items-center gap-1.5">
      {sheet.state === 'archived' && <StateBadge state="archived" />}
      {sheet.published !== null && <StateBadge state="published" />}
      {sheet.published !== null && <span className="text-small text-ink-3">v{sheet.published}</span>}
      {sheet.draft !== null && <StateBadge state="draft" />}
    </span>
  )
}

function useSheetActions(copy: (sheet: Sheet) => void, remove: (sheet: Sheet) => void) {
  const client = useQueryClient()
  const run = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sheets'] }),
    onError: tellError,
  })
  const archive = (sheet: Sheet) =>
    run.mutate(async () => {
      const archived = await archiveSheet(sheet.id, sheet.version)
      const undo = () => run.mutate(() => restoreSheet(sheet.id, archived.version))
      tell(`${sheet.name} is archived`, { action: { label: 'Undo', run: undo } })
    })
  return (sheet: Sheet): MenuAction[][] => [
    [
      { label: 'Edit', to: `/data/sheets/${sheet.id}/edit`, disabled: sheet.state === 'archived' },
      { label: 'Duplicate…', icon: Copy, onSelect: () => copy(sheet) },
    ],
    [
      sheet.state === 'archived'
        ? {
            label: 'Restore',
            icon: RotateCcw,
            onSelect: () => run.mutate(() => restoreSheet(sheet.id, sheet.version)),
          }
        : { label: 'Archive', icon: Archive, onSelect: () => archive(sheet) },
      ...(sheet.published === null
        ? [
            {
              label: 'Delete…',
              icon: Trash2,
              danger: true,
              onSelect: () => remove(sheet),
            },
          ]
        : []),
    ],
  ]
}
