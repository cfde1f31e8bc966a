/** What was typed before each decision, by pair: undoing a decision does not undo the typing. */
import { useRef } from 'react'
import { isTyped, keptOf, type Decided, type DraftContent } from './review'

interface Decisions {
  works: (DraftContent | undefined)[]
  /** How many of them stand; the rest was undone. */
  stand: number
}

export function useTyped() {
  const byPair = useRef(new Map<string, Decisions>())
  const of = (id: string) => {
    const found = byPair.current.get(id) ?? { works: [], stand: 0 }
    byPair.current.set(id, found)
    return found
  }
  return {
    decided: ({ pair, work }: Decided) => {
      const found = of(pair.id)
      found.works.length = found.stand
      found.stand = found.works.push(isTyped(pair, work) ? keptOf(pair, work) : undefined)
    },
    /** The work that the decision was made with; undefined when nothing was typed, or it was made elsewhere. */
    undone: (id: string): DraftContent | undefined => {
      const found = of(id)
      found.stand = Math.max(0, found.stand - 1)
      return found.works[found.stand]
    },
    /** What undoing it had put back. */
    redone: (id: string): DraftContent | undefined => {
      const found = of(id)
      const work = found.works[found.stand]
      found.stand = Math.min(found.works.length, found.stand + 1)
      return work
    },
  }
}
