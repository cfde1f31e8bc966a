/** Lists that the server pages by key: a query that fetches the next page as a person scrolls. */
import { infiniteQueryOptions, type QueryKey } from '@tanstack/react-query'

export interface Page<Row> {
  items: Row[]
  next_cursor?: string | null
  /** How many rows match, where the server keeps that count. */
  total?: number | null
}

export function pagedQuery<Row>(
  key: QueryKey,
  fetchPage: (cursor: string | undefined) => Promise<Page<Row>>,
) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<Row>) => last.next_cursor ?? undefined,
  })
}
