/** A table's header row: sort by pressing a column's name, select all loaded rows by the box. */
import { clsx } from 'clsx'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ListControls } from '@/lib/urlState'
import type { Column } from './columns'

interface TableHeadProps<Row> {
  list: ListControls
  columns: readonly Column<Row>[]
  hasActions: boolean
  /** Undefined while there is nothing to select. */
  allSelected?: boolean | undefined
  onSelectAll?: (on: boolean) => void
}

const cell =
  'sticky top-0 z-10 h-8 border-b border-line bg-sunken px-3 text-left text-small font-medium text-ink-2'

export function TableHead<Row>({ list, columns, hasActions, allSelected, onSelectAll }: TableHeadProps<Row>) {
  return (
    <thead>
      <tr>
        {onSelectAll && (
          <th className={clsx(cell, 'w-10')}>
            <input
              type="checkbox"
              aria-label="Select all loaded rows"
              className="block size-4 accent-accent"
              checked={allSelected ?? false}
              disabled={allSelected === undefined}
              onChange={(event) => onSelectAll(event.target.checked)}
            />
          </th>
        )}
        {columns.map((column) => (
          <th
            key={column.id}
            style={column.width === undefined ? undefined : { width: column.width }}
            aria-sort={sortOf(list.sort, column.sort)}
            className={clsx(cell, column.align === 'right' && 'text-right')}
          >
            {column.sort === undefined ? column.header : <Sorter list={list} column={column} />}
          </th>
        ))}
        {hasActions && (
          <th className={clsx(cell, 'w-12')}>
            <span className="sr-only">Actions</span>
          </th>
        )}
      </tr>
    </thead>
  )
}

function sortOf(current: string | undefined, name: string | undefined) {
  if (name === undefined) return undefined
  if (current === name) return 'ascending'
  return current === `-${name}` ? 'descending' : 'none'
}

function Sorter<Row>({ list, column }: { list: ListControls; column: Column<Row> }) {
  const direction = sortOf(list.sort, column.sort)
  const Arrow = direction === 'ascending' ? ArrowUp : ArrowDown
  const next = direction === 'ascending' ? `-${column.sort}` : column.sort
  return (
    <button
      type="button"
      onClick={() => list.setSort(next)}
      className={clsx(
        'group -mx-1 inline-flex min-h-6 items-center gap-1 rounded-tag px-1 hover:text-ink',
        direction !== 'none' && 'text-ink',
      )}
    >
      {column.header}
      <Arrow
        aria-hidden
        size={12}
        className={direction === 'none' ? 'opacity-0 group-hover:opacity-50' : 'text-accent'}
      />
    </button>
  )
}
