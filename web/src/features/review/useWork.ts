/** What a person makes of the pair on the screen, kept on the server as a draft while they type. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { ProblemError } from '@/api/problem'
import { same } from '@/lib/steps'
import { useDraft, type Draft } from '@/lib/useDraft'
import { unsentOf } from '@/lib/unsent'
import { stillAsInRow } from '@/ui/form'
import {
  keptOf,
  pairQuery,
  saveDraft,
  startOf,
  type DraftContent,
  type PairDetail,
  type Work,
} from './review'

export interface WorkInHand extends Draft<Work> {
  /** Fields of the answer that still say what the source row says. */
  prefilled: ReadonlySet<string>
  /** The work goes on from a draft although the pair has an answer that says something else. */
  isOverAnswer: boolean
  /** The note as it is now goes to the server, for everybody. */
  leaveNote: () => void
}

/** Under which name work is kept that the server does not have yet. */
export const unsentName = (pairId: string) => `pair ${pairId}`

/** Mount it anew for each pair (`key={pair.id}`). */
export function useWork(pair: PairDetail): WorkInHand {
  const client = useQueryClient()
  const [start] = useState(() => startOf(pair))
  const version = useRef(pair.draft?.version ?? null)
  const write = async (kept: DraftContent) => {
    try {
      const draft = await saveDraft(pair.id, kept, version.current)
      version.current = draft.version
      // Coming back to the pair goes on from here.
      client.setQueryData(pairQuery(pair.id).queryKey, (old) => old && { ...old, draft })
    } catch (error) {
      // Another window of the same person saved meanwhile: the next save takes its place.
      if (error instanceof ProblemError && error.isConflict) version.current = null
      throw error
    }
  }
  const theirs = pair.notes ?? ''
  const name = unsentName(pair.id)
  const [begun] = useState(() => (unsentOf(name) as DraftContent | undefined) ?? pair.draft?.content)
  const met = useRef(begun?.beside ?? theirs)
  const draft = useDraft<Work, DraftContent>(start, pair.draft !== null, write, {
    name,
    keptOf: (work) => keptOf(pair, work, met.current),
    contentOf: (kept) => startOf(pair, kept),
  })

  const left = useRef<string>(undefined)
  const follow = useEffectEvent(() => {
    const mine = draft.content.notes
    // What somebody else noted meanwhile is neither overwritten unseen, nor does it take the place of what is typed.
    if (mine === met.current || mine === theirs) draft.settlePart({ notes: theirs })
    else if (theirs !== left.current && !mine.includes(theirs)) draft.change({ notes: `${theirs}\n${mine}` })
    met.current = theirs
  })
  useEffect(() => {
    if (theirs !== met.current) follow()
  }, [theirs])

  const [startedOver] = useState(() => pair.status === 'labeled' && !same(draft.content.value, pair.value))
  const isPrefilled = pair.status !== 'labeled' && pair.value === null
  return {
    ...draft,
    leaveNote: () => {
      left.current = draft.content.notes
    },
    prefilled: isPrefilled
      ? stillAsInRow(pair.form.answer_schema, pair.item ?? {}, draft.content.value)
      : new Set(),
    isOverAnswer: startedOver && !same(draft.content.value, pair.value),
  }
}
