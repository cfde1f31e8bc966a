/** Every training sheet of the workspace, with how far each is. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus, Sparkles } from 'lucide-react'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { useMay } from '@/api/me'
import { pagedQuery } from '@/api/pages'
import { barParts } from '@/features/review'
import { count } from '@/lib/numbers'
import { useListState } from '@/lib/urlState'
import { Badge, StateBadge } from '@/ui/Badge'
import { ButtonLink } from '@/ui/ButtonLink'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'
import { StatusBar } from '@/ui/ProgressBar'
import { DataTable } from '@/ui/table'
import { Time } from '@/ui/Time'
import { AgainDialog } from './AgainDialog'
import type { TrainingSheet } from './generation'
import { useTrainingSheetActions } from './useTrainingSheetActions'

const STATES = ['generating', 'review', 'approved', 'failed', 'cancelled'] as const

export default function TrainingSheetsPage() {
  const list = useListState(['state', 'archived'], 'newest')
  const [again, setAgain] = useState<TrainingSheet>()
  const mayGenerate = useMay('generation.write')
  const mayWrite = useMay('training_sheets.write')
  const query = useInfiniteQuery(
    pagedQuery<TrainingSheet>(['training-sheets', 'list', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/training-sheets', {
          params: {
            query: {
              search: list.search || null,
              state: (list.filters.state as TrainingSheet['state'] | undefined) ?? null,
              archived: list.filters.archived === 'true',
              sort: list.sort ?? 'newest',
              cursor: cursor ?? null,
            },
          },
        }),
      ),
    ),
  )
  const actions = useTrainingSheetActions({ again: setAgain })
  const start = mayGenerate && (
    <ButtonLink tone="primary" icon={Plus} to="/generate/new">
      Generate
    </ButtonLink>
  )
  return (
    <Page
      title="Generate"
      lead="A training sheet applies a prompt template to every item of a sheet. What a canonical label answers already is never asked for again."
      actions={start}
      body="fill"
    >
      <DataTable
        noun="training sheet"
        list={list}
        query={query}
        rowId={(sheet) => sheet.id}
        rowLabel={(sheet) => sheet.name}
        rowTo={(sheet) => `/generate/${sheet.id}`}
        {...(mayWrite && { rowActions: actions })}
        searchLabel="Search training sheets"
        filters={[
          {
            name: 'state',
            label: 'Any state',
            options: STATES.map((state) => ({ value: state, label: state })),
          },
          { name: 'archived', label: 'In use', options: [{ value: 'true', label: 'archived' }] },
        ]}
        columns={[
          { id: 'name', header: 'Training sheet', cell: (sheet) => sheet.name },
          { id: 'state', header: 'State', width: 110, cell: (sheet) => <States sheet={sheet} /> },
          {
            id: 'progress',
            header: 'Labeled',
            width: 210,
            cell: (sheet) => <Progress sheet={sheet} />,
          },
          {
            id: 'from',
            header: 'Sheet and template',
            width: 260,
            cell: (sheet) => (
              <span className="text-ink-2">
                {sheet.sheet_name} · {sheet.template_name} {sheet.template_version}
              </span>
            ),
          },
          { id: 'type', header: 'Label type', width: 130, cell: (sheet) => sheet.label_type },
          { id: 'made', header: 'Made', width: 110, cell: (sheet) => <Time at={sheet.created_at} /> },
        ]}
        empty={
          <EmptyState
            icon={Sparkles}
            title="Generate your first training sheet"
            actions={
              <>
                {start}
                <ButtonLink to="/data">See the sheets</ButtonLink>
              </>
            }
          >
            Choose a sheet and a prompt template. Each item becomes a pair: the rendered prompt, and its
            answer from a canonical label, a model, a person, or a column.
          </EmptyState>
        }
      />
      {again && <AgainDialog sheet={again} onClose={() => setAgain(undefined)} />}
    </Page>
  )
}

function States({ sheet }: { sheet: TrainingSheet }) {
  return sheet.archived ? <Badge>archived</Badge> : <StateBadge state={sheet.state} />
}

function Progress({ sheet: { counts, expected, state } }: { sheet: TrainingSheet }) {
  const total = state === 'generating' ? (expected ?? counts.total) : counts.total
  return (
    <span className="flex items-center gap-2">
      <StatusBar thin counts={barParts(counts)} className="w-24 shrink-0" />
      <span className="text-small text-ink-2 tabular-nums">
        {count(counts.labeled)} / {count(total)}
      </span>
    </span>
  )
}
