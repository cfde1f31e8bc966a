/** What waits for an expert: every training sheet in review, with how far it is. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Tags } from 'lucide-react'
import { answer, api } from '@/api/client'
import { pagedQuery } from '@/api/pages'
import { useMay } from '@/api/me'
import { count } from '@/lib/numbers'
import { useListState } from '@/lib/urlState'
import { StateBadge } from '@/ui/Badge'
import { ButtonLink } from '@/ui/ButtonLink'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'
import { StatusBar } from '@/ui/ProgressBar'
import { DataTable } from '@/ui/table'
import { Time } from '@/ui/Time'
import { barParts, toReview } from './ProgressLine'
import type { TrainingSheet } from './review'

const STATES = ['review', 'approved', 'generating', 'failed', 'cancelled'] as const

export default function ReviewListPage() {
  const mayGenerate = useMay('training_sheets.write')
  const list = useListState(['state'])
  const state = (list.filters.state ?? 'review') as TrainingSheet['state']
  const query = useInfiniteQuery(
    pagedQuery<TrainingSheet>(['training-sheets', 'to-review', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/training-sheets', {
          params: { query: { search: list.search || null, state, cursor: cursor ?? null } },
        }),
      ),
    ),
  )
  return (
    <Page
      title="Label"
      lead="Review what was generated. An approved answer becomes the item's canonical label, and is never asked for again."
      body="fill"
    >
      <DataTable
        noun="training sheet"
        list={list}
        query={query}
        rowId={(sheet) => sheet.id}
        rowLabel={(sheet) => sheet.name}
        rowTo={(sheet) => `/label/${sheet.id}`}
        searchLabel="Search training sheets"
        filters={[
          {
            name: 'state',
            label: 'In review',
            options: STATES.slice(1).map((value) => ({ value, label: value })),
          },
        ]}
        columns={[
          { id: 'name', header: 'Training sheet', cell: (sheet) => sheet.name },
          { id: 'type', header: 'Label type', width: 150, cell: (sheet) => sheet.label_type },
          { id: 'state', header: 'State', width: 110, cell: (sheet) => <StateBadge state={sheet.state} /> },
          {
            id: 'progress',
            header: 'Progress',
            width: 220,
            cell: (sheet) => <StatusBar thin counts={barParts(sheet.counts)} />,
          },
          {
            id: 'waiting',
            header: 'To review',
            width: 100,
            align: 'right',
            cell: (sheet) => count(toReview(sheet.counts)),
          },
          { id: 'made', header: 'Made', width: 120, cell: (sheet) => <Time at={sheet.created_at} /> },
        ]}
        empty={
          <EmptyState
            icon={Tags}
            title="Nothing waits for review"
            actions={
              mayGenerate && (
                <ButtonLink tone="primary" to="/generate/new">
                  Generate a training sheet
                </ButtonLink>
              )
            }
          >
            A training sheet comes here when it is generated, with everything already answered that a
            canonical label answers.
          </EmptyState>
        }
      />
    </Page>
  )
}
