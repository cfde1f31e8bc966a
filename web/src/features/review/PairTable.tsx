/** The pairs of a training sheet as a list: search and filters in the URL, one page after the other from the server. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Table2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { answer, api } from '@/api/client'
import { pagedQuery } from '@/api/pages'
import { spokenRef } from '@/features/sheets'
import { count } from '@/lib/numbers'
import { useListState } from '@/lib/urlState'
import { IN_TEN, inTen } from '@/lib/words'
import { Badge, StateBadge } from '@/ui/Badge'
import { EmptyState } from '@/ui/EmptyState'
import { DataTable, type Column, type Filter, type Selection } from '@/ui/table'
import { Time } from '@/ui/Time'
import { filterOf, SURE, type PairLine } from './bulk'

const FLAGS = ['stale', 'failed', 'outdated'] as const

export function usePairs(id: string) {
  const list = useListState(['status', 'origin', 'only', 'sure'])
  const filter = filterOf(list)
  const query = useInfiniteQuery(
    pagedQuery<PairLine>(['training-sheets', id, 'pairs', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/training-sheets/{training_sheet_id}/pairs', {
          params: {
            path: { training_sheet_id: id },
            query: {
              ...filter,
              ...(cursor ? { cursor } : {}),
            },
          },
        }),
      ),
    ),
  )
  return { list, filter, query, rows: query.data?.pages.flatMap((page) => page.items) ?? [] }
}

interface PairTableProps {
  trainingSheetId: string
  pairs: ReturnType<typeof usePairs>
  selection?: Selection
  onSelect?: (selection: Selection) => void
  bulkActions?: ReactNode
}

export function PairTable({ trainingSheetId, pairs, ...selecting }: PairTableProps) {
  return (
    <DataTable
      noun="pair"
      list={pairs.list}
      query={pairs.query}
      rowId={(pair) => pair.id}
      rowLabel={(pair) => spokenRef(pair.item_ref)}
      rowTo={(pair) => `/label/${trainingSheetId}?pair=${pair.id}`}
      searchLabel="Search items"
      filters={filters}
      {...selecting}
      columns={columns}
      empty={
        <EmptyState icon={Table2} title="No pairs yet">
          They appear here while the training sheet is generated.
        </EmptyState>
      }
    />
  )
}

const options = (values: readonly string[], before = '') =>
  values.map((value) => ({ value, label: before + value.replaceAll('_', ' ') }))

const filters: Filter[] = [
  {
    name: 'status',
    label: 'Any status',
    options: options(['unlabeled', 'labeled', 'rejected', 'flagged']),
  },
  {
    name: 'origin',
    label: 'Any origin',
    options: options(['canonical', 'ai_generated', 'manual', 'existing_column']),
  },
  { name: 'only', label: 'Any remark', options: options(FLAGS, 'only ') },
  {
    name: 'sure',
    label: 'However sure',
    options: Object.entries(SURE).map(([value, { label }]) => ({ value, label })),
  },
]

const columns: Column<PairLine>[] = [
  {
    id: 'position',
    header: '#',
    width: 64,
    align: 'right',
    cell: (pair) => count(pair.position + 1),
  },
  { id: 'item', header: 'Item', width: 140, cell: (pair) => spokenRef(pair.item_ref) },
  { id: 'status', header: 'Status', width: 100, cell: (pair) => <StateBadge state={pair.status} /> },
  {
    id: 'answer',
    header: 'Answer',
    cell: (pair) =>
      pair.withheld ? (
        <span className="text-ink-3">withheld</span>
      ) : (
        (pair.summary ?? <span className="text-ink-3">–</span>)
      ),
  },
  {
    id: 'remarks',
    header: 'Remarks',
    width: 170,
    cell: (pair) => (
      <span className="flex gap-1">
        {pair.stale && <Badge tone="warn">stale</Badge>}
        {pair.outdated && <Badge tone="warn">outdated</Badge>}
        {pair.problem && <Badge tone="bad">no answer</Badge>}
        {pair.model_confidence !== null && pair.status !== 'labeled' && (
          <Badge title={IN_TEN}>right {inTen(pair.model_confidence)}</Badge>
        )}
      </span>
    ),
  },
  { id: 'origin', header: 'Origin', width: 120, cell: (pair) => pair.origin.replaceAll('_', ' ') },
  {
    id: 'reviewed',
    header: 'Reviewed',
    width: 150,
    cell: (pair) =>
      pair.reviewed_by_name && (
        <span className="truncate">
          {pair.reviewed_by_name} <Time at={pair.reviewed_at} />
        </span>
      ),
  },
]
