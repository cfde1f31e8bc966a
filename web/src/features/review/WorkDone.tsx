/** Who reviewed how much of a training sheet, what was decided on many at once, and every decision, newest first. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { answer, api } from '@/api/client'
import { useMay, useMe } from '@/api/me'
import { pagedQuery } from '@/api/pages'
import { JobProgress } from '@/features/jobs'
import { spokenRef } from '@/features/sheets'
import { count } from '@/lib/numbers'
import { useListState } from '@/lib/urlState'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNote } from '@/ui/ErrorState'
import { SkeletonText } from '@/ui/Skeleton'
import { DataTable } from '@/ui/table'
import { Time } from '@/ui/Time'
import { tellError } from '@/ui/Toast'
import { bulkJobsQuery, isTakenBack, isUndoable, undoBulk } from './bulk'
import { LeftBehind } from './LeftBehind'
import { ACTION_KINDS, reviewersQuery, type ActionKind, type PairAction } from './review'

export function WorkDone({ trainingSheetId }: { trainingSheetId: string }) {
  return (
    <div className="grid h-full min-h-0 grid-cols-[minmax(0,1fr)_24rem] gap-4">
      <div className="flex min-h-0 flex-col">
        <Decisions trainingSheetId={trainingSheetId} />
      </div>
      <div className="flex min-h-0 flex-col gap-4 overflow-auto">
        <Reviewers trainingSheetId={trainingSheetId} />
        <BulkDecisions trainingSheetId={trainingSheetId} />
      </div>
    </div>
  )
}

function Decisions({ trainingSheetId }: { trainingSheetId: string }) {
  const list = useListState(['kind'])
  const query = useInfiniteQuery(
    pagedQuery<PairAction>(['training-sheets', trainingSheetId, 'actions', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/review/training-sheets/{training_sheet_id}/actions', {
          params: {
            path: { training_sheet_id: trainingSheetId },
            query: { kind: (list.filters.kind as ActionKind | undefined) ?? null, cursor: cursor ?? null },
          },
        }),
      ),
    ),
  )
  return (
    <DataTable
      noun="decision"
      list={list}
      query={query}
      rowId={(action) => action.id}
      rowLabel={(action) =>
        `${action.kind} ${action.item_ref === null ? '' : `${spokenRef(action.item_ref)} `}by ${action.actor_name}`
      }
      rowTo={(action) => `/label/${trainingSheetId}?pair=${action.pair_id}`}
      filters={[
        {
          name: 'kind',
          label: 'Any decision',
          options: ACTION_KINDS.map((value) => ({ value, label: value })),
        },
      ]}
      columns={[
        {
          id: 'kind',
          header: 'Decision',
          width: 110,
          cell: ({ kind, undone }) => <span className={undone ? 'line-through' : undefined}>{kind}</span>,
        },
        {
          id: 'item',
          header: 'Item',
          cell: ({ item_ref }) =>
            item_ref === null ? <span className="text-ink-3">withheld</span> : spokenRef(item_ref),
        },
        {
          id: 'remarks',
          header: 'Remarks',
          width: 150,
          cell: ({ undone, batch_id }) => (
            <span className="flex gap-1">
              {batch_id && <Badge>one of many</Badge>}
              {undone && <Badge tone="warn">undone</Badge>}
            </span>
          ),
        },
        { id: 'by', header: 'By', width: 160, cell: (action) => action.actor_name },
        { id: 'at', header: 'When', width: 130, cell: (action) => <Time at={action.at} /> },
      ]}
      empty={
        <EmptyState icon={History} title="Nobody decided anything yet">
          Every decision on a pair is listed here: by whom, when, and whether it was undone.
        </EmptyState>
      }
    />
  )
}

function Reviewers({ trainingSheetId }: { trainingSheetId: string }) {
  const { data, error } = useQuery(reviewersQuery(trainingSheetId))
  return (
    <Card title="Reviewers" lead="What stands now; a reused label counts for whoever gave it." flush>
      {error ? (
        <ErrorNote error={error} />
      ) : !data ? (
        <SkeletonText lines={3} />
      ) : data.length === 0 ? (
        <p className="p-4 text-ink-3">Nobody yet.</p>
      ) : (
        <table className="w-full">
          <thead>
            <tr className="text-right text-small text-ink-3">
              <th className="px-4 py-1.5 text-left font-medium">Name</th>
              {['Labeled', 'Rejected', 'Flagged'].map((title) => (
                <th key={title} className="py-1.5 pr-4 font-medium">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.map(({ reviewer, labeled, rejected, flagged }) => (
              <tr key={reviewer} className="border-t border-line text-right tabular-nums">
                <td className="px-4 py-1.5 text-left">{reviewer}</td>
                <td className="pr-4">{count(labeled)}</td>
                <td className="pr-4">{count(rejected)}</td>
                <td className="pr-4">{count(flagged)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}

function BulkDecisions({ trainingSheetId }: { trainingSheetId: string }) {
  const { data, error } = useQuery(bulkJobsQuery(trainingSheetId))
  const client = useQueryClient()
  const me = useMe()
  const may = useMay('pairs.review')
  const takeBack = useMutation({
    mutationFn: undoBulk,
    onSuccess: () => client.invalidateQueries({ queryKey: ['training-sheets', trainingSheetId] }),
    onError: tellError,
  })
  return (
    <Card title="Decided on many at once" flush>
      {error ? (
        <ErrorNote error={error} />
      ) : !data ? (
        <SkeletonText lines={3} />
      ) : data.items.length === 0 ? (
        <p className="p-4 text-ink-3">Nothing yet.</p>
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map((job) => (
            <li key={job.id} className="px-4 py-3">
              <JobProgress job={job}>
                {may && isUndoable(job, me) && !isTakenBack(job, data.items) && (
                  <Button size="small" onClick={() => takeBack.mutate(job.id)}>
                    Undo all
                  </Button>
                )}
              </JobProgress>
              <LeftBehind job={job} />
              <p className="mt-1 text-small text-ink-3">
                {job.created_by_name} <Time at={job.created_at} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
