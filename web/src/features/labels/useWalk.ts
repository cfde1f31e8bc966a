/** Walking a sheet's items in order: which one is shown, which come next, loaded ahead. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useSearchParams } from 'react-router'
import { itemQuery, itemsToLabelQuery, itemToLabelQuery, type LabelingFilter, type Walk } from './labels'

const LOOK_AHEAD = 3
const MOST_LOOKED_THROUGH = 1_000 // items

export function useWalk(walk: Walk, show: LabelingFilter) {
  const client = useQueryClient()
  const [params, setParams] = useSearchParams()
  const query = useInfiniteQuery(itemsToLabelQuery(walk, show))
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  const asked = params.get('item') ?? undefined
  const place = asked === undefined ? 0 : items.findIndex((item) => item.item_ref === asked)
  const current = asked ?? items[0]?.item_ref
  const isPast = params.get('end') === '1'
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query
  // An item asked for by name may be further on.
  const isAhead = place === -1 && items.length < MOST_LOOKED_THROUGH

  useEffect(() => {
    // A page may be short, even empty, while there are more.
    const needsMore = isAhead || place >= items.length - LOOK_AHEAD
    if (needsMore && hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage, isAhead, place, items.length])

  const ahead = items.slice(place + 1, place + LOOK_AHEAD).map((item) => item.item_ref)
  const names = ahead.join('\n')
  useEffect(() => {
    for (const ref of names ? names.split('\n') : []) {
      void client.query(itemQuery(walk.sheetId, ref)).catch(() => undefined)
      void client.query(itemToLabelQuery(walk, ref)).catch(() => undefined)
    }
  }, [client, names, walk])

  // At once (`flushSync`), or a second key would still act on the item that the first one left.
  const go = (ref: string | undefined) =>
    setParams(
      (previous) => {
        const next = new URLSearchParams(previous)
        next.delete('end')
        if (ref) next.set('item', ref)
        else next.set('end', '1')
        return next
      },
      { replace: true, flushSync: true },
    )
  return {
    current: isPast ? undefined : current,
    isPast: isPast || (query.isSuccess && !hasNextPage && current === undefined),
    isLoading: query.isPending || (current === undefined && hasNextPage),
    error: query.error,
    hasPrevious: isPast || place > 0,
    previous: () => go(isPast ? items.at(-1)?.item_ref : items[place - 1]?.item_ref),
    next: () => go(items[place + 1]?.item_ref),
    go,
    startAgain: () => {
      setParams(
        (before) => {
          const next = new URLSearchParams(before)
          next.delete('item')
          next.delete('end')
          return next
        },
        { replace: true },
      )
      client.removeQueries({ queryKey: ['labeling', walk] })
    },
  }
}
