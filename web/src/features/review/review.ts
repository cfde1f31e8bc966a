/** What the server says of review: the queue, one pair with everything around it, and decisions. */
import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '@/api/client'
import { itemFileAddress } from '@/features/sheets'
import { same } from '@/lib/steps'
import { fromRow } from '@/ui/form'

export type PairDetail = Schemas['PairDetail']
export type ReviewedPair = Schemas['ReviewedPair']
export type ClaimedPairs = Schemas['ClaimedPairs']
export type PairCounts = Schemas['PairCounts']
export type TrainingSheet = Schemas['TrainingSheet']
export type PairFilter = Schemas['PairFilter']
export type DraftContent = Schemas['DraftContent-Input']
export type Confidence = Schemas['Confidence']
export type PairAction = Schemas['PairAction']
export type ActionKind = Schemas['ActionKind']
export type Turn = Record<string, unknown>

/** Pairs held at once: the one on the screen and those that the next keys will show. */
export const HELD_AHEAD = 4

const ofPair = (pair_id: string) => ({ params: { path: { pair_id } } })
const ofSheet = (training_sheet_id: string) => ({ params: { path: { training_sheet_id } } })

export const pairQuery = (id: string) =>
  queryOptions({
    queryKey: ['pair', id],
    queryFn: () => answer(api.GET('/api/v1/review/pairs/{pair_id}', ofPair(id))),
    staleTime: 60_000,
  })

export function fileAddress({ training_sheet, item_ref }: PairDetail, field: string, index: number): string {
  const { sheet_id: sheetId, sheet_version: number } = training_sheet
  return itemFileAddress({ sheetId, itemRef: item_ref, field, index, number })
}

/** Where the pictures and PDFs of a pair's item are, as the browser will ask for them. */
export function shownFiles(pair: PairDetail): string[] {
  return pair.fields
    .filter(({ kind }) => kind === 'file')
    .flatMap(({ name }) => {
      const value = pair.item?.[name]
      return (Array.isArray(value) ? value : [value]).flatMap((file, index) =>
        typeof file === 'string' && /\.(png|jpe?g|webp|gif|pdf)$/i.test(file)
          ? [fileAddress(pair, name, index)]
          : [],
      )
    })
}

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ['pair', id, 'history'],
    queryFn: () => answer(api.GET('/api/v1/review/pairs/{pair_id}/history', ofPair(id))),
  })

export const trainingSheetQuery = (id: string) =>
  queryOptions({
    queryKey: ['training-sheets', id],
    queryFn: () => answer(api.GET('/api/v1/training-sheets/{training_sheet_id}', ofSheet(id))),
  })

export const ACTION_KINDS: readonly ActionKind[] = [
  'approve',
  'edit',
  'reject',
  'flag',
  'reset',
  'follow',
  'undo',
  'redo',
]

export const reviewersQuery = (id: string) =>
  queryOptions({
    queryKey: ['training-sheets', id, 'reviewers'],
    queryFn: () =>
      answer(api.GET('/api/v1/review/training-sheets/{training_sheet_id}/reviewers', ofSheet(id))),
  })

export const claimsQuery = (id: string) =>
  queryOptions({
    queryKey: ['training-sheets', id, 'claims'],
    queryFn: () => answer(api.GET('/api/v1/review/training-sheets/{training_sheet_id}/claims', ofSheet(id))),
  })

export const claimPairs = (id: string, filter: PairFilter, after: number | null) =>
  answer(
    api.POST('/api/v1/review/training-sheets/{training_sheet_id}/next', {
      ...ofSheet(id),
      body: { n: HELD_AHEAD, filter, after },
    }),
  )

export const holdPairs = (id: string, pair_ids: string[]) =>
  answer(
    api.POST('/api/v1/review/training-sheets/{training_sheet_id}/hold', {
      ...ofSheet(id),
      body: { pair_ids },
    }),
  )

/** Gives pairs back to the queue. */
export const releasePairs = (id: string, pair_ids: string[]) =>
  answer(
    api.POST('/api/v1/review/training-sheets/{training_sheet_id}/release', {
      ...ofSheet(id),
      body: { pair_ids, actor_id: null },
      keepalive: true,
    }),
  )

/** What a person has made of a pair so far. */
export interface Work {
  value: unknown
  messages: Turn[]
  notes: string
  confidence: Confidence
}

/** What to do with the pair; the work decides whether approving is an edit. */
export type Decision = 'approve' | 'reject' | 'unlabelable' | 'flag' | 'reset'

export interface Decided {
  pair: PairDetail
  work: Work
  decision: Decision
  /** Resolves when no older draft of the pair is on its way any more. */
  ready?: Promise<unknown> | undefined
  /** Set when a change since then, somebody else's or one's own, was seen and is decided against. */
  against?: { version: number; labelNumber: number | null } | undefined
}

/** An answer as people read it: a class by its name. */
export function spokenAnswer(pair: PairDetail, value: unknown): unknown {
  return typeof value === 'string'
    ? (pair.form.classes?.find(({ id }) => id === value)?.name ?? value)
    : value
}

export function isEdited(pair: PairDetail, work: Work): boolean {
  return !same(pair.value, work.value) || !same(pair.messages, work.messages)
}

/** Whether a pair that changed meanwhile says all that was to be said: then there is nothing to choose between. */
export function saysTheSame(now: PairDetail, { pair, work, decision }: Decided): boolean {
  const { notes, messages } = keptOf(pair, work)
  return (
    decision === 'approve' &&
    notes === null &&
    messages === null &&
    now.status === 'labeled' &&
    same(now.value, work.value) &&
    same(now.messages, pair.messages) &&
    (now.label === null || (same(now.label.value, work.value) && now.label.confidence === work.confidence))
  )
}

/** How often this window decided, undid or redid: the server takes back the newest, whatever it was. */
let acts = 0
export const actsSoFar = () => acts
export const countAct = () => void (acts += 1)

export async function decide({ pair, work, decision, ready, against }: Decided): Promise<ReviewedPair> {
  await ready
  countAct()
  const version = against?.version ?? pair.version
  const label_number = against ? against.labelNumber : (pair.label?.number ?? null)
  const notes = work.notes === (pair.notes ?? '') ? null : work.notes
  const place = ofPair(pair.id)
  switch (decision) {
    case 'approve': {
      const body = { version, notes, label_number, confidence: work.confidence }
      // Against another's answer mine is said in full: to approve would approve theirs.
      if (!against && !isEdited(pair, work)) {
        return answer(api.POST('/api/v1/review/pairs/{pair_id}/approve', { ...place, body }))
      }
      const messages = same(pair.messages, work.messages) ? null : work.messages
      return answer(
        api.POST('/api/v1/review/pairs/{pair_id}/edit', {
          ...place,
          body: { ...body, value: work.value, messages, approve: true },
        }),
      )
    }
    case 'reject':
    case 'unlabelable':
      return answer(
        api.POST('/api/v1/review/pairs/{pair_id}/reject', {
          ...place,
          body: { version, notes, label_number, unlabelable: decision === 'unlabelable' },
        }),
      )
    case 'flag':
      return answer(api.POST('/api/v1/review/pairs/{pair_id}/flag', { ...place, body: { version, notes } }))
    case 'reset':
      return answer(api.POST('/api/v1/review/pairs/{pair_id}/reset', { ...place, body: { version, notes } }))
  }
}

/** Keeps a note with the pair, for everybody, without a decision. */
export const notePair = ({ id, version }: PairDetail, notes: string) =>
  answer(api.PUT('/api/v1/review/pairs/{pair_id}/notes', { ...ofPair(id), body: { version, notes } }))

export function undo(id: string) {
  countAct()
  return answer(api.POST('/api/v1/review/training-sheets/{training_sheet_id}/undo', ofSheet(id)))
}

export function redo(id: string) {
  countAct()
  return answer(api.POST('/api/v1/review/training-sheets/{training_sheet_id}/redo', ofSheet(id)))
}

export const saveDraft = (id: string, content: DraftContent, version: number | null) =>
  answer(api.PUT('/api/v1/review/pairs/{pair_id}/draft', { ...ofPair(id), body: { content, version } }))

export const discardDraft = (id: string) =>
  answer(api.DELETE('/api/v1/review/pairs/{pair_id}/draft', ofPair(id)))

/** What the person meets first: their own draft, else the pair's answer, else what the source row already has. */
export function startOf(
  pair: PairDetail,
  draft: Pick<DraftContent, 'value' | 'messages' | 'notes' | 'confidence'> | undefined = pair.draft?.content,
): Work {
  const messages = pair.messages as Turn[]
  if (draft) {
    const { value, confidence = 'high' } = draft
    return {
      value,
      messages: draft.messages ?? messages,
      notes: draft.notes ?? pair.notes ?? '',
      confidence,
    }
  }
  const found = pair.value === null ? fromRow(pair.form.answer_schema, pair.item ?? {}) : {}
  return {
    value: Object.keys(found).length > 0 ? found : pair.value,
    messages,
    notes: pair.notes ?? '',
    confidence: pair.label?.confidence ?? 'high',
  }
}

/** What is kept of the work: without the pair's own notes and prompt, which others may change meanwhile. */
export function keptOf(pair: PairDetail, work: Work, beside = pair.notes ?? ''): DraftContent {
  const isNoted = work.notes !== (pair.notes ?? '')
  return {
    ...work,
    notes: isNoted ? work.notes : null,
    beside: isNoted ? beside : null,
    messages: same(work.messages, pair.messages) ? null : work.messages,
  }
}

/** Whether the work holds anything that the pair does not say by itself. */
export function isTyped(pair: PairDetail, work: Work): boolean {
  return !same(work, startOf({ ...pair, draft: null }))
}
