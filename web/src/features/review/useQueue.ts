/** The pairs that wait for this person: claimed ahead, loaded ahead, held while open, given back at the end. */
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { tellError } from '@/ui/Toast'
import {
  claimPairs,
  HELD_AHEAD,
  holdPairs,
  pairQuery,
  releasePairs,
  type ClaimedPairs,
  type PairFilter,
} from './review'

const HEARTBEAT_MS = 60_000

export interface Queue {
  /** The pair on the screen. */
  current: string | undefined
  /** What the server said last: pairs, all held by others, or done. */
  state: ClaimedPairs['state'] | undefined
  held: number
  show: (id: string) => void
  /** Shows the next claimed pair at once and asks for more behind it. */
  advance: (from: string) => void
  /** Takes a pair out that is decided, wherever it stands. */
  drop: (id: string) => void
  refill: () => Promise<void>
}

export function useQueue(trainingSheetId: string, filter: PairFilter): Queue {
  const client = useQueryClient()
  const [params, setParams] = useSearchParams()
  const [ids, setIds] = useState<readonly string[]>([])
  const [said, setSaid] = useState<ClaimedPairs>()
  const decided = useRef(new Set<string>())
  const asking = useRef<Promise<void>>(undefined)
  const wanted = JSON.stringify(filter)
  const current = params.get('pair') ?? ids[0]

  const show = useCallback(
    (id: string) =>
      setParams(
        (previous) => {
          const next = new URLSearchParams(previous)
          next.set('pair', id)
          return next
        },
        { replace: true },
      ),
    [setParams],
  )

  const refill = useCallback(() => {
    asking.current ??= claimPairs(trainingSheetId, JSON.parse(wanted) as PairFilter, null)
      .then((claimed) => {
        const fresh = claimed.pairs.map(({ id }) => id).filter((id) => !decided.current.has(id))
        for (const id of fresh) void client.query(pairQuery(id)).catch(() => undefined)
        setIds(fresh)
        setSaid(claimed)
      })
      .catch(tellError)
      .finally(() => {
        asking.current = undefined
      })
    return asking.current
  }, [client, trainingSheetId, wanted])

  useEffect(() => {
    void refill()
    return () => void releasePairs(trainingSheetId).catch(() => undefined)
  }, [refill, trainingSheetId])

  useEffect(() => {
    const timer = setInterval(() => {
      const open = [...new Set([...(current ? [current] : []), ...ids])]
      if (open.length > 0) void holdPairs(trainingSheetId, open).catch(() => undefined)
    }, HEARTBEAT_MS)
    return () => clearInterval(timer)
  }, [current, ids, trainingSheetId])

  const drop = useCallback((id: string) => {
    decided.current.add(id)
    setIds((before) => before.filter((other) => other !== id))
  }, [])

  const advance = useCallback(
    (from: string) => {
      const rest = ids.filter((id) => id !== from)
      const next = rest[0]
      if (next) show(next)
      else
        setParams(
          (previous) => {
            const bare = new URLSearchParams(previous)
            bare.delete('pair')
            return bare
          },
          { replace: true },
        )
      if (rest.length < HELD_AHEAD - 1) void refill()
    },
    [ids, show, setParams, refill],
  )

  return { current, state: said?.state, held: said?.held ?? 0, show, advance, drop, refill }
}
