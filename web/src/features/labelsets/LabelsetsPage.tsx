/** Every labelset of the workspace. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Archive, Copy, Plus, RotateCcw, Shapes, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { useMay } from '@/api/me'
import { pagedQuery } from '@/api/pages'
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
import { DuplicateLabelset } from './DuplicateLabelset'
import { archiveLabelset, deleteLabelset, kindsQuery, restoreLabelset, type Labelset } from './labelsets'

export default function LabelsetsPage() {
  const list = useListState(['kind', 'archived'], 'name')
  const [copying, setCopying] = useState<Labelset>()
  const mayWrite = useMay('labelsets.write')
  const kinds = useQuery(kindsQuery)
  const titleOf = (kind: string) => kinds.data?.find(({ name }) => name === kind)?.title ?? kind
  const query = useInfiniteQuery(
    pagedQuery<Labelset>(['labelsets', 'list', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/labelsets', {
          params: {
            query: {
              search: list.search || null,
              kind: list.filters.kind ?? null,
              archived: list.filters.archived === 'true',
              sort: list.sort ?? 'name',
              cursor: cursor ?? null,
            },
          },
        }),
      ),
    ),
  )
  const actions = useLabelsetActions(setCopying)
  const start = mayWrite && (
    <ButtonLink tone="primary" icon={Plus} to="/labelsets/new">
      New labelset
    </ButtonLink>
  )
  return (
    <Page
      title="Labelsets"
      lead="A labelset says what an answer may be: classes, fields or free text. Its label type names the canonical labels made with it."
      actions={start}
      body="fill"
    >
      <DataTable
        noun="labelset"
        list={list}
        query={query}
        rowId={(labelset) => labelset.id}
        rowLabel={(labelset) => labelset.name}
        rowTo={(labelset) => `/labelsets/${labelset.id}`}
        {...(mayWrite && { rowActions: actions })}
        searchLabel="Search labelsets"
        filters={[
          {
            name: 'kind',
            label: 'Any kind',
            options: (kinds.data ?? []).map(({ name, title }) => ({ value: name, label: title })),
          },
          { name: 'archived', label: 'In use', options: [{ value: 'true', label: 'archived' }] },
        ]}
        columns={[
          { id: 'name', header: 'Name', sort: 'name', cell: (labelset) => labelset.name },
          {
            id: 'type',
            header: 'Label type',
            width: 190,
            cell: (labelset) => <code className="font-mono text-small">{labelset.label_type}</code>,
          },
          {
            id: 'kind',
            header: 'Kind',
            width: 150,
            cell: (labelset) => <span className="text-ink-2">{titleOf(labelset.kind)}</span>,
          },
          {
            id: 'state',
            header: 'State',
            width: 180,
            cell: (labelset) => <LabelsetStates labelset={labelset} />,
          },
          {
            id: 'labels',
            header: 'Labels',
            width: 90,
            align: 'right',
            cell: (labelset) => count(labelset.labels),
          },
          {
            id: 'changed',
            header: 'Changed',
            width: 120,
            cell: (labelset) => <Time at={labelset.changed_at} />,
          },
        ]}
        empty={
          <EmptyState icon={Shapes} title="Make your first labelset" actions={start}>
            Choose a kind of answer, such as one of a list of classes, and say what each class means.
            Templates ask for such answers, and experts give them.
          </EmptyState>
        }
      />
      {copying && <DuplicateLabelset labelset={copying} onClose={() => setCopying(undefined)} />}
    </Page>
  )
}

export function LabelsetStates({ labelset }: { labelset: Labelset }) {
  return (
    <span className="flex items-center gap-1.5">
      {labelset.archived && <StateBadge state="archived" />}
      {labelset.published !== null && (
        <>
          <StateBadge state="published" />
          <span className="text-small text-ink-3">v{labelset.published}</span>
        </>
      )}
      {labelset.draft !== null && <StateBadge state="draft" />}
    </span>
  )
}

export function useLabelsetActions(copy: (labelset: Labelset) => void) {
  const client = useQueryClient()
  const run = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => client.invalidateQueries({ queryKey: ['labelsets'] }),
    onError: tellError,
  })
  const archive = (labelset: Labelset) =>
    run.mutate(async () => {
      const archived = await archiveLabelset(labelset.id, labelset.version)
      const undo = () => run.mutate(() => restoreLabelset(labelset.id, archived.version))
      tell(`${labelset.name} is archived`, { action: { label: 'Undo', run: undo } })
    })
  return (labelset: Labelset): MenuAction[][] => [
    [{ label: 'Duplicate…', icon: Copy, onSelect: () => copy(labelset) }],
    [
      labelset.archived
        ? {
            label: 'Restore',
            icon: RotateCcw,
            onSelect: () => run.mutate(() => restoreLabelset(labelset.id, labelset.version)),
          }
        : { label: 'Archive', icon: Archive, onSelect: () => archive(labelset) },
      ...(labelset.published === null
        ? [
            {
              label: 'Delete',
              icon: Trash2,
              danger: true,
              onSelect: () => run.mutate(() => deleteLabelset(labelset.id, labelset.version)),
            },
          ]
        : []),
    ],
  ]
}
