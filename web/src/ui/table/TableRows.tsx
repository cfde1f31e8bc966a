/** A table's visible rows, with the keyboard: arrows or J/K move, Enter opens, X selects. */
import type { Virtualizer } from '@tanstack/react-virtual'
import { clsx } from 'clsx'
import { useRef, type MouseEvent } from 'react'
import { Link, useNavigate } from 'react-router'
import { useKey } from '@/lib/useKey'
import { RowMenu } from '../Menu'
import { Skeleton } from '../Skeleton'
import type { DataTableProps } from './DataTable'
import { isSelected, setAll, toggle } from './selection'

type RowsProps<Row> = Pick<
  DataTableProps<Row>,
  'columns' | 'rowId' | 'rowLabel' | 'rowTo' | 'rowActions' | 'selection' | 'onSelect'
> & {
  rows: readonly Row[]
  virtual: Virtualizer<HTMLDivElement, Element>
  span: number
}

const cell = 'h-9 truncate border-b border-line px-3'

export function Rows<Row>({ rows, virtual, span, ...props }: RowsProps<Row>) {
  const { columns, rowId, rowLabel, rowTo, rowActions, selection, onSelect } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const lastClicked = useRef<number>(undefined)
  const navigate = useNavigate()
  const drawn = virtual.getVirtualItems()
  const before = drawn[0]?.start ?? 0
  const after = virtual.getTotalSize() - (drawn.at(-1)?.end ?? 0)

  const focused = () => {
    const row = document.activeElement?.closest('tr[data-index]')
    return row && body.current?.contains(row) ? Number(row.getAttribute('data-index')) : undefined
  }
  const focus = (index: number) => {
    if (index < 0 || index >= rows.length) return
    virtual.scrollToIndex(index)
    requestAnimationFrame(() =>
      body.current?.querySelector<HTMLElement>(`tr[data-index="${index}"] [data-row-focus]`)?.focus(),
    )
  }
  useKey('list.next', () => focus((focused() ?? -1) + 1))
  useKey('list.previous', () => focus((focused() ?? rows.length) - 1))
  useKey(
    'list.select',
    () => {
      const row = rows[focused() ?? -1]
      if (row !== undefined && selection && onSelect) onSelect(toggle(selection, rowId(row)))
    },
    { enabled: selection !== undefined },
  )

  const select = (event: MouseEvent, index: number) => {
    if (!selection || !onSelect) return
    const id = rowId(rows[index] as Row)
    const from = lastClicked.current
    lastClicked.current = index
    if (!event.shiftKey || from === undefined) return onSelect(toggle(selection, id))
    const range = rows.slice(Math.min(from, index), Math.max(from, index) + 1).map(rowId)
    onSelect(setAll(selection, range, !isSelected(selection, id)))
  }
  const open = (event: MouseEvent, row: Row) => {
    const target = event.target as Element
    const elsewhere = target.closest('a, button, input, label, [role=menuitem]')
    if (!rowTo || elsewhere || event.defaultPrevented || window.getSelection()?.toString()) return
    const link = event.currentTarget.querySelector<HTMLAnchorElement>('a[href]')
    if (link && (event.ctrlKey || event.metaKey)) window.open(link.href, '_blank')
    else void navigate(rowTo(row))
  }

  return (
    <tbody ref={body}>
      {before > 0 && <Spacer height={before} span={span} />}
      {drawn.map(({ index }) => {
        const row = rows[index] as Row
        const chosen = selection ? isSelected(selection, rowId(row)) : false
        return (
          // The row's own link carries the keyboard; the click on the row is a larger target for the mouse.
          <tr
            key={rowId(row)}
            data-index={index}
            aria-rowindex={index + 2}
            onClick={(event) => open(event, row)}
            className={clsx(
              chosen ? 'bg-accent-soft' : 'hover:bg-hover',
              'has-[[data-row-focus]:focus-visible]:bg-hover',
              rowTo && 'cursor-pointer',
            )}
          >
            {selection && (
              <td className={clsx(cell, 'w-10')}>
                <input
                  type="checkbox"
                  aria-label={`Select ${rowLabel(row)}`}
                  {...(rowTo ? {} : { 'data-row-focus': true })}
                  className="block size-4 accent-accent"
                  checked={chosen}
                  onClick={(event) => select(event, index)}
                  onChange={() => {}}
                />
              </td>
            )}
            {columns.map((column, place) => (
              <td
                key={column.id}
                className={clsx(cell, column.align === 'right' && 'text-right tabular-nums')}
              >
                {place === 0 && rowTo ? (
                  <Link
                    to={rowTo(row)}
                    data-row-focus
                    className="block truncate font-medium text-ink hover:text-accent-ink"
                  >
                    {column.cell(row)}
                  </Link>
                ) : (
                  column.cell(row)
                )}
              </td>
            ))}
            {rowActions && (
              <td className={clsx(cell, 'w-12 px-1.5 text-right')}>
                <RowMenu actions={rowActions(row)} label={rowLabel(row)} />
              </td>
            )}
          </tr>
        )
      })}
      {after > 0 && <Spacer height={after} span={span} />}
    </tbody>
  )
}

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={span} style={{ height, padding: 0 }} />
    </tr>
  )
}

export function SkeletonRows({ columns }: { columns: number }) {
  return (
    <tbody aria-label="Loading" aria-busy>
      {Array.from({ length: 8 }, (_, row) => (
        <tr key={row}>
          {Array.from({ length: columns }, (_, column) => (
            <td key={column} className={cell}>
              <Skeleton className={column === 0 ? 'h-3 w-2/3' : 'h-3 w-1/3'} />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}
