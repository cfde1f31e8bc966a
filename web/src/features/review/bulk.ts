/** Deciding on many pairs at once: a few chosen rows one by one, a whole query as a job that can be undone. */
import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '@/api/client'
import type { ListState } from '@/lib/urlState'
import type { PairFilter } from './review'

export type PairLine = Schemas['PairLine']
export type BulkAction = Schemas['BulkAction']

export const BULK: Record<BulkAction, { verb: string; done: string }> = {
  approve: { verb: 'Approve', done: 'Approved' },
  reject: { verb: 'Reject', done: 'Rejected' },
  flag: { verb: 'Flag', done: 'Flagged' },
  reset: { verb: 'Reset', done: 'Reset' },
}

/** The server's filter for what the list shows. */
export function filterOf({ search, filters }: ListState): PairFilter {
  const only = filters.only
  return {
    ...(search ? { search } : {}),
    ...(filters.status ? { status: [filters.status as Schemas['PairStatus']] } : {}),
    ...(filters.origin ? { origin: [filters.origin as Schemas['Origin']] } : {}),
    ...(only === 'stale' || only === 'failed' || only === 'outdated' ? { [only]: true } : {}),
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

export const undoBulk = (job_id: string) =>
  answer(api.POST('/api/v1/review/bulk/{job_id}/undo', { params: { path: { job_id } } }))

/** Decides on the rows in turn and returns how many; stops at the first refusal, which is thrown. */
export async function decideOnRows(rows: readonly PairLine[], action: BulkAction): Promise<number> {
  let done = 0
  for (const { id, version } of rows) {
    const place = { params: { path: { pair_id: id } } }
    const body = { version, notes: null }
    if (action === 'approve') {
      const more = { label_number: null, confidence: null }
      await answer(
        api.POST('/api/v1/review/pairs/{pair_id}/approve', { ...place, body: { ...body, ...more } }),
      )
    } else if (action === 'reject') {
      const more = { unlabelable: false, label_number: null }
      await answer(
        api.POST('/api/v1/review/pairs/{pair_id}/reject', { ...place, body: { ...body, ...more } }),
      )
    } else if (action === 'flag') {
      await answer(api.POST('/api/v1/review/pairs/{pair_id}/flag', { ...place, body }))
    } else {
      await answer(api.POST('/api/v1/review/pairs/{pair_id}/reset', { ...place, body }))
    }
    done += 1
  }
  return done
}
