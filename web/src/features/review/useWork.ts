/** What a person makes of the pair on the screen, kept on the server as a draft while they type. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ProblemError } from '@/api/problem'
import { same, useDraft, type Draft } from '@/lib/useDraft'
import { stillAsInRow } from '@/ui/form'
import { pairQuery, saveDraft, startOf, type PairDetail, type Work } from './review'

export interface WorkInHand extends Draft<Work> {
  /** Fields of the answer that still say what the source row says. */
  prefilled: ReadonlySet<string>
  /** The work goes on from a draft although the pair has an answer that says something else. */
  isOverAnswer: boolean
}

/** Under which name work is kept that the server does not have yet. */
export const unsentName = (pairId: string) => `pair ${pairId}`

/** Mount it anew for each pair (`key={pair.id}`). */
export function useWork(pair: PairDetail): WorkInHand {
  const client = useQueryClient()
  const [start] = useState(() => startOf(pair))
  const version = useRef(pair.draft?.version ?? null)
  const write = async (work: Work) => {
    const messages = same(work.messages, pair.messages) ? null : work.messages
    try {
      const draft = await saveDraft(pair.id, { ...work, messages }, version.current)
      version.current = draft.version
      // Coming back to the pair goes on from here.
      client.setQueryData(pairQuery(pair.id).queryKey, (old) => old && { ...old, draft })
    } catch (error) {
      // Another window of the same person saved meanwhile: the next save takes its place.
      if (error instanceof ProblemError && error.isConflict) version.current = null
      throw error
    }
  }
  const draft = useDraft(start, pair.draft !== null, write, unsentName(pair.id))
  const [startedOver] = useState(() => pair.status === 'labeled' && !same(draft.content.value, pair.value))
  const isPrefilled = pair.status !== 'labeled' && pair.value === null
  return {
    ...draft,
    prefilled: isPrefilled
      ? stillAsInRow(pair.form.answer_schema, pair.item ?? {}, draft.content.value)
      : new Set(),
    isOverAnswer: startedOver && !same(draft.content.value, pair.value),
  }
}
