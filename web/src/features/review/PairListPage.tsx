/** Every pair of a training sheet: search, filter, and decide on many at once, on the query and not the visible page. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, Flag, RotateCcw, X } from 'lucide-react'
import { useState } from 'react'
import { useParams } from 'react-router'
import { useMay, useMe } from '@/api/me'
import { isOpen, JobProgress, useJob } from '@/features/jobs'
import { count, countOf } from '@/lib/numbers'
import type { KeyName } from '@/lib/keys'
import { useKey } from '@/lib/useKey'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { Confirm } from '@/ui/Dialog'
import { IconButton } from '@/ui/IconButton'
import { Page } from '@/ui/Page'
import { isNothing, nothing, type Selection } from '@/ui/table'
import { tell, tellError } from '@/ui/Toast'
import {
  BULK,
  bulkJobsQuery,
  decideInBulk,
  decideOnRows,
  estimateQuery,
  isUndoable,
  isWithinReach,
  undoBulk,
  undoRows,
  type BulkAction,
  type Estimate,
} from './bulk'
import { LeftBehind } from './LeftBehind'
import { PairTable, usePairs } from './PairTable'
import { ProgressLine } from './ProgressLine'
import { actsSoFar, trainingSheetQuery } from './review'

const ICONS = { approve: Check, reject: X, flag: Flag, reset: RotateCcw }

export default function PairListPage() {
  const { id = '' } = useParams()
  const me = useMe()
  const may = useMay('pairs.review')
  const client = useQueryClient()
  const [selection, select] = useState<Selection>(nothing)
  const [asked, ask] = useState<BulkAction>()
  const [jobId, setJobId] = useState<string>()
  const sheet = useQuery(trainingSheetQuery(id))
  const bulk = useQuery({ ...bulkJobsQuery(id), enabled: may })
  const [isAway, putAway] = useState(false)
  // What was decided on many stays within reach, also after a reload.
  const last = isAway ? undefined : bulk.data?.items.find((one) => isWithinReach(one, bulk.data.items, me))
  const job = useJob(jobId ?? last?.id)
  const pairs = usePairs(id)
  const { filter, rows } = pairs
  const chosen = selection.of === 'rows' ? rows.filter((row) => selection.ids.has(row.id)) : []
  const some = may && !isNothing(selection)
  const estimate = useQuery({
    ...estimateQuery(id, filter),
    enabled: asked !== undefined && selection.of === 'query',
  })
  const matching = selection.of === 'rows' ? chosen.length : estimate.data?.matching

  /** The server takes rows or a query, not a query but a few: then the loaded rows stay chosen. */
  const choose = (next: Selection) =>
    select(
      next.of === 'query' && next.except.size > 0
        ? { of: 'rows', ids: new Set(rows.map((row) => row.id).filter((row) => !next.except.has(row))) }
        : next,
    )

  const refresh = () => client.invalidateQueries({ queryKey: ['training-sheets'] })
  const run = async (action: BulkAction) => {
    ask(undefined)
    select(nothing)
    try {
      if (selection.of === 'rows') {
        const { done, refusal } = await decideOnRows(chosen, action)
        if (done > 0) {
          const before = actsSoFar()
          const takeBack = () => {
            // The server takes back the newest: once more was decided, that is something else.
            if (actsSoFar() !== before) {
              return tell('More was decided since', { detail: 'Take that back first, or in the review.' })
            }
            void undoRows(id, done).catch(tellError).then(refresh)
          }
          tell(`${BULK[action].done} ${countOf(done, 'pair')}`, { action: { label: 'Undo', run: takeBack } })
        }
        if (refusal !== undefined) tellError(refusal)
      } else {
        setJobId((await decideInBulk(id, action, filter, matching ?? 0)).id)
      }
    } catch (error) {
      tellError(error)
    }
    await refresh()
  }
  const finished = job.data && !isOpen(job.data)
  return (
    <Page
      title={sheet.data?.name ?? 'Pairs'}
      trail={[{ label: 'Label', to: '/label' }, ...(may ? [{ label: 'Review', to: `/label/${id}` }] : [])]}
      lead={sheet.data && <ProgressLine counts={sheet.data.counts} />}
      actions={
        may && (
          <ButtonLink tone="primary" to={`/label/${id}`}>
            Review one by one
          </ButtonLink>
        )
      }
      body="fill"
    >
      {job.data && (
        <div className="mb-3 flex items-center gap-4">
          <div className="min-w-0 flex-1">
            <JobProgress job={job.data} />
            <LeftBehind job={job.data} />
          </div>
          {isUndoable(job.data, me) && (
            <Button
              onClick={() => void undoBulk(job.data.id).then(({ id: next }) => setJobId(next), tellError)}
            >
              Undo all
            </Button>
          )}
          {finished && (
            <IconButton
              icon={X}
              label="Put away"
              onClick={() => {
                setJobId(undefined)
                putAway(true)
              }}
            />
          )}
        </div>
      )}
      <PairTable
        trainingSheetId={id}
        pairs={pairs}
        {...(may && {
          selection,
          onSelect: choose,
          bulkActions: (Object.keys(BULK) as BulkAction[]).map((action) => (
            <BulkButton key={action} action={action} onPress={() => ask(action)} enabled={some} />
          )),
        })}
      />
      {asked && (
        <Confirm
          open
          onClose={() => ask(undefined)}
          title={
            matching === undefined
              ? `${BULK[asked].verb} everything that matches`
              : `${BULK[asked].verb} ${countOf(matching, 'pair')}`
          }
          lead={
            sheet.data?.state === 'approved'
              ? 'This training sheet is approved as a whole. Deciding on pairs takes it back into review, until somebody approves it again. The decisions can be undone afterwards, as a whole.'
              : 'It can be undone afterwards, as a whole.'
          }
          action={BULK[asked].verb}
          disabled={matching === undefined || matching === 0}
          error={estimate.error}
          onConfirm={() => void run(asked)}
        >
          {selection.of === 'query' && estimate.data && (
            <p className="text-ink-2">Now: {statuses(estimate.data)}.</p>
          )}
        </Confirm>
      )}
    </Page>
  )
}

/** "90 unlabeled, 10 flagged". */
function statuses(counts: Estimate): string {
  return (['unlabeled', 'labeled', 'rejected', 'flagged'] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => `${count(counts[status])} ${status}`)
    .join(', ')
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
