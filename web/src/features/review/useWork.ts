/** What a person makes of the pair on the screen, kept on the server as a draft while they type. */
import { useRef, useState } from 'react'
import { ProblemError } from '@/api/problem'
import { same, useDraft, type Draft } from '@/lib/useDraft'
import { saveDraft, startOf, type PairDetail, type Work } from './review'

export interface WorkInHand extends Draft<Work> {
  prefilled: ReadonlySet<string>
}

/** Mount it anew for each pair (`key={pair.id}`). */
export function useWork(pair: PairDetail): WorkInHand {
  const [start] = useState(() => startOf(pair))
  const version = useRef(pair.draft?.version ?? null)
  const draft = useDraft(start.work, pair.draft !== null, async (work) => {
    const messages = same(work.messages, pair.messages) ? null : work.messages
    try {
      version.current = (await saveDraft(pair.id, { ...work, messages }, version.current)).version
    } catch (error) {
      // Another window of the same person saved meanwhile: the next save takes its place.
      if (error instanceof ProblemError && error.isConflict) version.current = null
      throw error
    }
  })
  return { ...draft, prefilled: start.prefilled }
}
