/** The pairs that wait for this person: claimed ahead, loaded ahead, held while open, given back when skipped or left. */
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { tellError } from '@/ui/Toast'
import { onlyHere, tellOpen } from './openElsewhere'
import {
  claimPairs,
  HELD_AHEAD,
  holdPairs,
  pairQuery,
  shownFiles,
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
  /** Shows the next claimed pair at once; the one left behind waits for anybody again. */
  skip: (from: string) => void
  /** Shows the next claimed pair at once, while a decision on this one is on its way. */
  decide: (from: string) => void
  /** The decision arrived. */
  decided: (id: string) => void
  /** Shows a pair that waits again: its decision was refused, or undone. */
  putBack: (id: string) => void
  refill: () => Promise<void>
}

/** Whoever only reads (`takes` false) claims nothing, and sees the pair that the address names. */
export function useQueue(trainingSheetId: string, filter: PairFilter, takes: boolean): Queue {
  const client = useQueryClient()
  const [params, setParams] = useSearchParams()
  const [ahead, setAhead] = useState<readonly string[]>([])
  const newest = useRef(ahead)
  const [said, setSaid] = useState<ClaimedPairs>()
  const [arrived, setArrived] = useState(0)
  const onTheWay = useRef(new Set<string>())
  const asking = useRef<Promise<void>>(undefined)
  const furthest = useRef<number>(null)
  const open = useRef<readonly string[]>([])
  const wanted = JSON.stringify(filter)
  const current = params.get('pair') ?? ahead[0]

  // At once (`flushSync`), or a second key would still act on the pair that the first one left.
  const show = useCallback(
    (id: string | undefined) =>
      setParams(
        (previous) => {
          const next = new URLSearchParams(previous)
          if (id) next.set('pair', id)
          else next.delete('pair')
          return next
        },
        { replace: true, flushSync: true },
      ),
    [setParams],
  )

  // Keys and answers meet here between two renders: each goes on from what the other left.
  const change = useCallback((to: (before: readonly string[]) => readonly string[]) => {
    newest.current = to(newest.current)
    setAhead(newest.current)
    return newest.current
  }, [])

  const refill = useCallback(() => {
    asking.current ??= claimPairs(trainingSheetId, JSON.parse(wanted) as PairFilter, furthest.current)
      .then((claimed) => {
        const fresh = claimed.pairs.map(({ id }) => id).filter((id) => !onTheWay.current.has(id))
        furthest.current = claimed.pairs.at(-1)?.position ?? furthest.current
        change((before) => [...before, ...fresh.filter((id) => !before.includes(id))])
        setSaid(claimed)
        for (const id of fresh) void client.query(pairQuery(id)).then(loadFiles, () => undefined)
      })
      .catch(tellError)
      .finally(() => {
        asking.current = undefined
      })
    return asking.current
  }, [client, change, trainingSheetId, wanted])

  useEffect(() => {
    if (!takes) return
    const leave = () => {
      tellOpen([])
      giveBack(trainingSheetId, open.current)
    }
    furthest.current = null
    void refill()
    addEventListener('pagehide', leave)
    return () => {
      removeEventListener('pagehide', leave)
      leave()
    }
  }, [refill, takes, trainingSheetId])

  useEffect(() => {
    if (!takes) return
    const held = [...new Set([...(current ? [current] : []), ...ahead])]
    open.current = held
    tellOpen(held)
    const timer = setInterval(() => {
      tellOpen(held)
      if (held.length > 0) void holdPairs(trainingSheetId, held).catch(() => undefined)
    }, HEARTBEAT_MS)
    return () => clearInterval(timer)
  }, [current, ahead, takes, trainingSheetId])

  const empty = ahead.length === 0 && current === undefined && said?.state === 'pairs'
  useEffect(() => {
    // What was asked while the last decision was on its way may have named that pair: ask again once it arrived.
    if (empty && onTheWay.current.size === 0) void (asking.current ?? Promise.resolve()).then(refill)
  }, [empty, arrived, refill])

  const advance = (from: string) => {
    const rest = change((before) => before.filter((id) => id !== from))
    show(rest[0])
    if (rest.length < HELD_AHEAD - 1) void refill()
  }
  return {
    current,
    state: said?.state,
    held: said?.held ?? 0,
    show,
    skip: (from) => {
      advance(from)
      giveBack(trainingSheetId, [from])
    },
    decide: (from) => {
      onTheWay.current.add(from)
      advance(from)
    },
    decided: (id) => {
      // A claim asked for before the decision arrived may still name the pair.
      void (asking.current ?? Promise.resolve()).then(() => {
        onTheWay.current.delete(id)
        setArrived((times) => times + 1)
      })
    },
    putBack: (id) => {
      onTheWay.current.delete(id)
      change((before) => [id, ...before.filter((other) => other !== id)])
      show(id)
    },
    refill,
  }
}

/** What this person looks at in another window stays theirs. */
function giveBack(trainingSheetId: string, ids: readonly string[]) {
  const left = onlyHere(ids)
  if (left.length > 0) void releasePairs(trainingSheetId, left).catch(() => undefined)
}

/** So that the next key shows the next picture or page at once, too: the browser keeps it for some minutes. */
function loadFiles(pair: Parameters<typeof shownFiles>[0]) {
  for (const address of shownFiles(pair)) {
    void fetch(address, { priority: 'low' })
      .then((file) => file.arrayBuffer())
      .catch(() => undefined)
  }
}
