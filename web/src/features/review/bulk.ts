/** Deciding on many pairs at once: a few chosen rows one by one, a whole query as a job that can be undone. */
import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '@/api/client'
import type { Me } from '@/api/me'
import { isOpen } from '@/features/jobs'
import { count, countOf } from '@/lib/numbers'
import type { ListState } from '@/lib/urlState'
import { countAct, undo, type PairFilter } from './review'

export type PairLine = Schemas['PairLine']
export type BulkAction = Schemas['BulkAction']
export type Estimate = Schemas['BulkEstimate']

export const BULK: Record<BulkAction, { verb: string; done: string }> = {
  approve: { verb: 'Approve', done: 'Approved' },
  reject: { verb: 'Reject', done: 'Rejected' },
  flag: { verb: 'Flag', done: 'Flagged' },
  reset: { verb: 'Reset', done: 'Reset' },
}

/** How sure the model is, in the words of the badges, which round to tenths; by its name in the URL. */
export const SURE: Record<string, { label: string; bound: PairFilter }> = {
  'over-9': { label: 'model right over 9 in 10', bound: { least_confidence: 0.95 } },
  'from-9': { label: 'model right 9 in 10 or more', bound: { least_confidence: 0.85 } },
  'from-8': { label: 'model right 8 in 10 or more', bound: { least_confidence: 0.75 } },
  'to-7': { label: 'model right 7 in 10 or less', bound: { most_confidence: 0.75 } },
  'to-5': { label: 'model right 5 in 10 or less', bound: { most_confidence: 0.55 } },
}

/** The server's filter for what the list shows. */
export function filterOf({ search, filters }: ListState): PairFilter {
  const only = filters.only
  return {
    ...(search ? { search } : {}),
    ...(filters.status ? { status: [filters.status as Schemas['PairStatus']] } : {}),
    ...(filters.origin ? { origin: [filters.origin as Schemas['Origin']] } : {}),
    ...(only === 'stale' || only === 'failed' || only === 'outdated' ? { [only]: true } : {}),
    ...SURE[filters.sure ?? '']?.bound,
  }
}

const of = (training_sheet_id: string) => ({ params: { path: { training_sheet_id } } })

export const estimateQuery = (id: string, filter: PairFilter) =>
  queryOptions({
    queryKey: ['training-sheets', id, 'estimate', filter],
    queryFn: () =>
      answer(
        api.POST('/api/v1/review/training-sheets/{training_sheet_id}/estimate', { ...of(id), body: filter }),
      ),
    staleTime: 0,
  })

export const decideInBulk = (id: string, action: BulkAction, filter: PairFilter, expected: number) =>
  answer(
    api.POST('/api/v1/review/training-sheets/{training_sheet_id}/bulk', {
      ...of(id),
      body: { action, filter, expected, notes: null },
    }),
  )

/** Decisions on many of a training sheet's pairs, and what took them back, newest first. */
export const bulkJobsQuery = (id: string) =>
  queryOptions({
    queryKey: ['training-sheets', id, 'bulk'],
    queryFn: () =>
      answer(api.GET('/api/v1/jobs', { params: { query: { subject_id: id, kind: 'pair', limit: 20 } } })),
  })

/** Whether a job decided on pairs, so that it can be taken back: one's own, or anybody's by whoever leads. */
export const isUndoable = (job: Schemas['Job'], me: Me) =>
  job.kind === 'pair.decide' &&
  !isOpen(job) &&
  // A job that ended well may have decided on nothing.
  (job.result ? Number(job.result.decided ?? 0) : job.done) > 0 &&
  (job.created_by === me.id || me.permissions.includes('training_sheets.write'))

/** Whether another job took it back already, or is at work on these pairs. */
export const isTakenBack = (job: Schemas['Job'], jobs: readonly Schemas['Job'][]) =>
  jobs.some((other) => other.kind === 'pair.undo' && (isOpen(other) || other.result?.batch_id === job.id))

const WITHIN_REACH_MS = 24 * 3_600_000

/** Whether a person's own decision on many is still worth showing where they decide: it runs, or may be taken back. */
export const isWithinReach = (job: Schemas['Job'], jobs: readonly Schemas['Job'][], me: Me) =>
  job.created_by === me.id &&
  (isOpen(job) || (isUndoable(job, me) && !isTakenBack(job, jobs))) &&
  Date.now() - Date.parse(job.created_at) < WITHIN_REACH_MS

const LEFT: Record<string, string> = {
  already_so: 'so already',
  no_answer: 'without an answer',
  answer_does_not_fit: 'with an answer that does not fit the labelset',
  label_changed: 'with a newer label',
  changed_meanwhile: 'changed meanwhile',
  changed_since: 'changed since',
}

/** What a finished job did not decide on, and why: "62 pairs stay as they are: 62 without an answer". */
export function leftBehind({ result }: Pick<Schemas['Job'], 'result'>): string | undefined {
  const reasons = Object.entries(LEFT).flatMap(([reason, says]) => {
    const left = Number(result?.[reason] ?? 0)
    return left > 0 ? [{ left, says }] : []
  })
  if (reasons.length === 0) return undefined
  const all = reasons.reduce((sum, { left }) => sum + left, 0)
  const why = reasons.map(({ left, says }) => `${count(left)} ${says}`).join(', ')
  return `${countOf(all, 'pair')} ${all === 1 ? 'stays as it is' : 'stay as they are'}: ${why}.`
}

export const undoBulk = (job_id: string) =>
  answer(api.POST('/api/v1/review/bulk/{job_id}/undo', { params: { path: { job_id } } }))

/** Decides on the rows in turn, up to the first refusal, and tells how many it decided. */
export async function decideOnRows(
  rows: readonly PairLine[],
  action: BulkAction,
): Promise<{ done: number; refusal?: unknown }> {
  for (const [done, row] of rows.entries()) {
    try {
      await decideOnRow(row, action)
    } catch (refusal) {
      return { done, refusal }
    }
  }
  return { done: rows.length }
}

function decideOnRow({ id, version }: PairLine, action: BulkAction): Promise<unknown> {
  const place = { params: { path: { pair_id: id } } }
  const body = { version, notes: null }
  countAct()
  switch (action) {
    case 'approve': {
      const more = { label_number: null, confidence: null }
      return answer(
        api.POST('/api/v1/review/pairs/{pair_id}/approve', { ...place, body: { ...body, ...more } }),
      )
    }
    case 'reject': {
      const more = { unlabelable: false, label_number: null }
      return answer(
        api.POST('/api/v1/review/pairs/{pair_id}/reject', { ...place, body: { ...body, ...more } }),
      )
    }
    case 'flag':
      return answer(api.POST('/api/v1/review/pairs/{pair_id}/flag', { ...place, body }))
    case 'reset':
      return answer(api.POST('/api/v1/review/pairs/{pair_id}/reset', { ...place, body }))
  }
}

/** Takes back one's last decisions on a training sheet, newest first. */
export async function undoRows(id: string, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await undo(id)
}
