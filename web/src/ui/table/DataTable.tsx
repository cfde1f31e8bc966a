/** The one table for every list: the server searches, filters, sorts and pages; only visible rows are drawn. */
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, type ReactNode } from 'react'
import type { Page } from '@/api/pages'
import { count, countOf } from '@/lib/numbers'
import type { ListControls } from '@/lib/urlState'
import { Button } from '../Button'
import { EmptyState } from '../EmptyState'
import { ErrorState } from '../ErrorState'
import { SearchX } from 'lucide-react'
import type { Column, Filter, RowActions } from './columns'
import { TableHead } from './TableHead'
import { Rows, SkeletonRows } from './TableRows'
import { BulkBar, Toolbar } from './Toolbar'
import { isNothing, isSelected, setAll, type Selection } from './selection'

export interface DataTableProps<Row> {
  /** What the table lists, for screen readers and the footer: "sheet". */
  noun: string
  list: ListControls
  query: UseInfiniteQueryResult<InfiniteData<Page<Row>>>
  columns: readonly Column<Row>[]
  rowId: (row: Row) => string
  rowLabel: (row: Row) => string
  rowTo?: (row: Row) => string
  rowActions?: RowActions<Row>
  searchLabel?: string
  filters?: readonly Filter[]
  actions?: ReactNode
  selection?: Selection
  onSelect?: (selection: Selection) => void
  /** Buttons for the selected rows. */
  bulkActions?: ReactNode
  /** Shown when there is nothing and nothing narrows the list. */
  empty: ReactNode
}

export const ROW_HEIGHT = 36
const FETCH_AHEAD_ROWS = 20

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { list, query, columns, rowId, selection, onSelect, noun } = props
  const pages = query.data?.pages
  const rows = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages])
  const total = pages?.[0]?.total ?? undefined
  const scroller = useRef<HTMLDivElement>(null)
  // eslint-disable-next-line react-hooks/incompatible-library -- without the compiler nothing here is memoized
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  })
  const lastDrawn = virtual.getVirtualItems().at(-1)?.index ?? -1
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  useEffect(() => {
    const nearEnd = rows.length > 0 && lastDrawn >= rows.length - FETCH_AHEAD_ROWS
    if (nearEnd && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [lastDrawn, rows.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])

  const narrowed = list.search !== '' || Object.keys(list.filters).length > 0
  const selecting = selection && onSelect
  const extra = (selecting ? 1 : 0) + (props.rowActions ? 1 : 0)
  const wide = columns.reduce((sum, column) => sum + (column.width ?? 180), extra * 40)
  const allSelected =
    selection && rows.length > 0 ? rows.every((row) => isSelected(selection, rowId(row))) : undefined
  const nothingHere = query.isSuccess && rows.length === 0
  const showsEmpty = nothingHere && !narrowed

  const toolbar = (
    <Toolbar
      list={list}
      searchLabel={props.searchLabel}
      filters={props.filters ?? []}
      // What is empty offers the action itself.
      actions={!showsEmpty && props.actions}
    />
  )
  if (showsEmpty) {
    // What is archived is nothing at first, and is found by its filter.
    return (
      <>
        {props.filters && toolbar}
        {props.empty}
      </>
    )
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {selecting && !isNothing(selection) ? (
        <BulkBar
          selection={selection}
          onChange={onSelect}
          total={total}
          loaded={rows.length}
          hasMore={hasNextPage}
        >
          {props.bulkActions}
        </BulkBar>
      ) : (
        toolbar
      )}
      <div
        ref={scroller}
        className="min-h-20 overflow-auto rounded-card border border-line bg-surface"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolling regions must be reachable
        tabIndex={0}
        role="region"
        aria-label={`${noun} list`}
      >
        <table
          aria-rowcount={total ?? (hasNextPage ? -1 : rows.length)}
          className="w-full table-fixed border-separate border-spacing-0"
          style={{ minWidth: wide }}
        >
          <TableHead
            list={list}
            columns={columns}
            hasActions={props.rowActions !== undefined}
            {...(selecting && {
              allSelected,
              onSelectAll: (on: boolean) => onSelect(setAll(selection, rows.map(rowId), on)),
            })}
          />
          {query.isPending ? (
            <SkeletonRows columns={columns.length + extra} />
          ) : (
            <Rows {...props} rows={rows} virtual={virtual} span={columns.length + extra} />
          )}
        </table>
        {query.isError && rows.length === 0 && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {nothingHere && narrowed && (
          <EmptyState
            icon={SearchX}
            title={`No ${noun} matches`}
            actions={<Button onClick={list.clear}>Clear search and filters</Button>}
          />
        )}
      </div>
      <p className="flex min-h-7 shrink-0 items-end gap-3 text-small text-ink-3" aria-live="polite">
        <Footer shown={rows.length} total={total} hasMore={hasNextPage} noun={noun} />
        {isFetchingNextPage && <span>Loading more…</span>}
        {query.isError && rows.length > 0 && (
          <button type="button" className="text-bad underline" onClick={() => void fetchNextPage()}>
            The next rows could not be loaded. Try again
          </button>
        )}
      </p>
    </div>
  )
}

interface FooterProps {
  shown: number
  total: number | undefined
  hasMore: boolean
  noun: string
}

function Footer({ shown, total, hasMore, noun }: FooterProps) {
  if (!hasMore) return <span>{countOf(shown, noun)}</span>
  return (
    <span>
      {total === undefined ? `The first ${count(shown)}` : `${count(shown)} of ${count(total)}`}, more as you
      scroll
    </span>
  )
}
