/** Every pair of a training sheet: search, filter, and decide on many at once, on the query and not the visible page. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, Flag, RotateCcw, Table2, X } from 'lucide-react'
import { useState } from 'react'
import { useParams } from 'react-router'
import { answer, api } from '@/api/client'
import { useMay } from '@/api/me'
import { pagedQuery } from '@/api/pages'
import { JobProgress, useJob } from '@/features/jobs'
import { spokenRef } from '@/features/sheets'
import { count } from '@/lib/numbers'
import type { KeyName } from '@/lib/keys'
import { useKey } from '@/lib/useKey'
import { useListState } from '@/lib/urlState'
import { Badge, StateBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { Confirm } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'
import { DataTable, isNothing, nothing, selectedCount, type Selection } from '@/ui/table'
import { Time } from '@/ui/Time'
import { tell, tellError } from '@/ui/Toast'
import {
  BULK,
  decideInBulk,
  decideOnRows,
  estimateQuery,
  filterOf,
  undoBulk,
  type BulkAction,
  type PairLine,
} from './bulk'
import { ProgressLine } from './ProgressLine'
import { trainingSheetQuery } from './review'

const ICONS = { approve: Check, reject: X, flag: Flag, reset: RotateCcw }
const FLAGS = ['stale', 'failed', 'outdated'] as const

export default function PairListPage() {
  const { id = '' } = useParams()
  const may = useMay('pairs.review')
  const client = useQueryClient()
  const list = useListState(['status', 'origin', 'only'])
  const [selection, select] = useState<Selection>(nothing)
  const [asked, ask] = useState<BulkAction>()
  const [jobId, setJobId] = useState<string>()
  const sheet = useQuery(trainingSheetQuery(id))
  const job = useJob(jobId)
  const filter = filterOf(list)
  const query = useInfiniteQuery(
    pagedQuery<PairLine>(['training-sheets', id, 'pairs', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/training-sheets/{training_sheet_id}/pairs', {
          params: {
            path: { training_sheet_id: id },
            query: {
              status: filter.status ?? null,
              origin: filter.origin ?? null,
              stale: filter.stale ?? null,
              failed: filter.failed ?? null,
              outdated: filter.outdated ?? null,
              search: filter.search ?? null,
              cursor: cursor ?? null,
            },
          },
        }),
      ),
    ),
  )
  const rows = query.data?.pages.flatMap((page) => page.items) ?? []
  const chosen = selection.of === 'rows' ? rows.filter((row) => selection.ids.has(row.id)) : []
  const some = may && !isNothing(selection)

  const run = async (action: BulkAction) => {
    ask(undefined)
    select(nothing)
    try {
      if (selection.of === 'rows') {
        const done = await decideOnRows(chosen, action)
        tell(`${BULK[action].done} ${count(done)} pairs`)
      } else {
        const { matching } = await client.query(estimateQuery(id, filter))
        setJobId((await decideInBulk(id, action, filter, matching)).id)
      }
    } catch (error) {
      tellError(error)
    }
    await client.invalidateQueries({ queryKey: ['training-sheets'] })
  }
  return (
    <Page
      title={sheet.data?.name ?? 'Pairs'}
      trail={[
        { label: 'Label', to: '/label' },
        { label: 'Review', to: `/label/${id}` },
      ]}
      lead={sheet.data && <ProgressLine counts={sheet.data.counts} />}
      actions={
        <ButtonLink tone="primary" to={`/label/${id}`}>
          Review one by one
        </ButtonLink>
      }
      body="fill"
    >
      {job.data && (
        <div className="mb-3 flex items-center gap-4">
          <div className="min-w-0 flex-1">
            <JobProgress job={job.data} />
          </div>
          {job.data.status === 'succeeded' && (
            <Button
              onClick={() => void undoBulk(job.data.id).then(({ id: next }) => setJobId(next), tellError)}
            >
              Undo all
            </Button>
          )}
        </div>
      )}
      <DataTable
        noun="pair"
        list={list}
        query={query}
        rowId={(pair) => pair.id}
        rowLabel={(pair) => spokenRef(pair.item_ref)}
        rowTo={(pair) => `/label/${id}?pair=${pair.id}`}
        searchLabel="Search items"
        filters={[
          {
            name: 'status',
            label: 'Any status',
            options: ['unlabeled', 'labeled', 'rejected', 'flagged'].map((value) => ({
              value,
              label: value,
            })),
          },
          {
            name: 'origin',
            label: 'Any origin',
            options: ['canonical', 'ai_generated', 'manual', 'existing_column'].map((value) => ({
              value,
              label: value.replaceAll('_', ' '),
            })),
          },
          {
            name: 'only',
            label: 'Everything',
            options: FLAGS.map((value) => ({ value, label: `only ${value}` })),
          },
        ]}
        {...(may ? { selection, onSelect: select } : {})}
        bulkActions={(Object.keys(BULK) as BulkAction[]).map((action) => (
          <BulkButton key={action} action={action} onPress={() => ask(action)} enabled={some} />
        ))}
        columns={[
          {
            id: 'position',
            header: '#',
            width: 64,
            align: 'right',
            cell: (pair) => count(pair.position + 1),
          },
          { id: 'item', header: 'Item', width: 160, cell: (pair) => spokenRef(pair.item_ref) },
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
            header: '',
            width: 190,
            cell: (pair) => (
              <span className="flex gap-1">
                {pair.stale && <Badge tone="warn">stale</Badge>}
                {pair.outdated && <Badge tone="warn">outdated</Badge>}
                {pair.problem && <Badge tone="bad">no answer</Badge>}
                {pair.model_confidence !== null && <Badge>{Math.round(pair.model_confidence * 100)}%</Badge>}
              </span>
            ),
          },
          { id: 'origin', header: 'Origin', width: 120, cell: (pair) => pair.origin.replaceAll('_', ' ') },
          {
            id: 'reviewed',
            header: 'Reviewed',
            width: 170,
            cell: (pair) =>
              pair.reviewed_by_name && (
                <span className="truncate">
                  {pair.reviewed_by_name} <Time at={pair.reviewed_at} />
                </span>
              ),
          },
        ]}
        empty={
          <EmptyState icon={Table2} title="No pairs yet">
            They appear here while the training sheet is generated.
          </EmptyState>
        }
      />
      {asked && (
        <Confirm
          open
          onClose={() => ask(undefined)}
          title={`${BULK[asked].verb} ${selection.of === 'rows' ? `${count(selectedCount(selection, undefined) ?? 0)} pairs` : 'everything that matches'}`}
          lead="It can be undone afterwards, as a whole."
          action={BULK[asked].verb}
          disabled={selection.of === 'query' && selection.except.size > 0}
          onConfirm={() => void run(asked)}
        >
          {selection.of === 'query' && selection.except.size > 0 && (
            <p className="text-warn">
              Single rows cannot be left out of a whole query: narrow the filters instead.
            </p>
          )}
        </Confirm>
      )}
    </Page>
  )
}

const KEYS: Record<BulkAction, KeyName | undefined> = {
  approve: 'review.approve',
  reject: 'review.reject',
  flag: 'review.flag',
  reset: undefined,
}

function BulkButton({
  action,
  onPress,
  enabled,
}: {
  action: BulkAction
  onPress: () => void
  enabled: boolean
}) {
  const keyName = KEYS[action]
  useKey(keyName ?? 'review.approve', onPress, { enabled: enabled && keyName !== undefined })
  return (
    <Button size="small" icon={ICONS[action]} keyName={keyName} disabled={!enabled} onClick={onPress}>
      {BULK[action].verb}
    </Button>
  )
}
