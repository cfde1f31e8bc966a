/** What is on its way to the server, by pair: the next act on a pair, and undo, wait for it. */
import { useRef } from 'react'
import { decide, type Decided, type ReviewedPair } from './review'

export function useTurns() {
  const underWay = useRef(new Map<string, Promise<ReviewedPair>>())

  const inTurn = (id: string, turn: Promise<ReviewedPair>) => {
    underWay.current.set(id, turn)
    const over = () => underWay.current.get(id) === turn && underWay.current.delete(id)
    void turn.then(over, over)
    return turn
  }

  /** Who comes back at once to what they just decided decides against that, and against nobody else. */
  const decideInTurn = (decided: Decided) => {
    const { id } = decided.pair
    const before = underWay.current.get(id)?.catch(() => undefined)
    return inTurn(
      id,
      Promise.resolve(before).then((mine) =>
        decide(mine && !decided.against ? after(mine, decided) : decided),
      ),
    )
  }

  return { inTurn, decideInTurn, nothingUnderWay: () => Promise.allSettled(underWay.current.values()) }
}

function after({ version, status, label_number }: ReviewedPair, decided: Decided): Decided {
  const { pair } = decided
  // A note changes nothing that is decided on.
  const isNote = status === pair.status && label_number === (pair.label?.number ?? null)
  return isNote
    ? { ...decided, pair: { ...pair, version } }
    : { ...decided, against: { version, labelNumber: label_number } }
}
