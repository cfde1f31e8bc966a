/**
 * What is on its way to the server: the next act on a pair waits for the one before, and undo for all of them.
 *
 * Acts on several pairs may be answered in another order than they were done in, and each answer tells the counts of its
 * own moment: `onOverlap` is called once all of them are answered.
 */
import { useRef } from 'react'
import { decide, type Decided, type ReviewedPair } from './review'

export function useTurns(onOverlap: () => void) {
  const underWay = useRef(new Map<string, Promise<ReviewedPair | undefined>>())
  const movingBack = useRef<Promise<unknown>>(Promise.resolve())
  const overlapped = useRef(false)

  const inTurn = <T extends ReviewedPair | undefined>(id: string, turn: Promise<T>) => {
    underWay.current.delete(id) // what began last stands last
    underWay.current.set(id, turn)
    if (underWay.current.size > 1) overlapped.current = true
    const over = () => {
      if (underWay.current.get(id) === turn) underWay.current.delete(id)
      if (underWay.current.size > 0 || !overlapped.current) return
      overlapped.current = false
      onOverlap()
    }
    void turn.then(over, over)
    return turn
  }

  /** Who comes back at once to what they just decided decides against that, and against nobody else. */
  const decideInTurn = (decided: Decided) => {
    const { id } = decided.pair
    const before = underWay.current.get(id)?.catch(() => undefined)
    return inTurn(
      id,
      // The newest decision is what undo takes back: none gets in between.
      movingBack.current
        .then(() => before)
        .then((mine) => decide(mine && !decided.against ? after(mine, decided) : decided)),
    )
  }

  /** Undo and redo: after all that is on its way, and not at all when the last of that was refused. */
  const moveInTurn = (move: () => Promise<void>) => {
    const before = [...underWay.current.values()]
    movingBack.current = movingBack.current.then(async () => {
      const ended = await Promise.allSettled(before)
      if (ended.at(-1)?.status !== 'rejected') await move()
    })
  }

  /** A note that is refused leaves the decisions as they are. */
  const noteInTurn = (id: string, turn: Promise<ReviewedPair>) => {
    void inTurn(
      id,
      turn.catch(() => undefined),
    )
    return turn
  }

  return { noteInTurn, decideInTurn, moveInTurn }
}

function after({ version, status, label_number }: ReviewedPair, decided: Decided): Decided {
  const { pair } = decided
  // A note changes nothing that is decided on.
  const isNote = status === pair.status && label_number === (pair.label?.number ?? null)
  return isNote
    ? { ...decided, pair: { ...pair, version } }
    : { ...decided, against: { version, labelNumber: label_number } }
}
