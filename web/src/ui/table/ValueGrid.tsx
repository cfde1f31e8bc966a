/** Rows of data as they are: any columns, values cut to one line, the whole value behind a press. */
import { clsx } from 'clsx'
import { LockKeyhole } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Drawer } from '../Dialog'
import { Tooltip } from '../Tooltip'
import { JsonView } from '../view/JsonView'

export interface GridColumn {
  name: string
  /** What stands above it; its name unless given. */
  title?: string
  /** Under the name: its type. */
  detail?: string
  /** Why its values are not shown. */
  withheld?: string | undefined
  numeric?: boolean
}

export interface ValueGridProps {
  columns: readonly GridColumn[]
  rows: readonly Record<string, unknown>[]
  /** The number of the first row, counted from 0. */
  start?: number
  label: string
  /** Draws a value in its own way, such as a picture; undefined leaves it to the grid. */
  draw?: (column: string, value: unknown, row: Record<string, unknown>) => ReactNode
}

const LONGEST_SHOWN = 200

export function ValueGrid({ columns, rows, start = 0, label, draw }: ValueGridProps) {
  const [shown, show] = useState<{ name: string; value: unknown }>()
  return (
    <div
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolling regions must be reachable
      tabIndex={0}
      role="region"
      aria-label={label}
      className="overflow-auto rounded-card border border-line bg-surface"
    >
      <table className="min-w-full border-separate border-spacing-0">
        <thead>
          <tr>
            <th className={clsx(head, 'w-12 text-right')}>#</th>
            {columns.map((column) => (
              <th key={column.name} className={clsx(head, column.numeric && 'text-right')}>
                {column.title ?? column.name}
                {column.detail && <span className="ml-1.5 font-normal text-ink-3">{column.detail}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index} className="hover:bg-hover">
              <td className={clsx(cell, 'text-right text-small text-ink-3 tabular-nums')}>
                {start + index + 1}
              </td>
              {columns.map((column) => (
                <td key={column.name} className={clsx(cell, column.numeric && 'text-right tabular-nums')}>
                  {column.withheld ? (
                    <Tooltip text={column.withheld}>
                      <span className="inline-flex items-center gap-1 text-small text-ink-3">
                        <LockKeyhole aria-hidden size={12} /> withheld
                      </span>
                    </Tooltip>
                  ) : (
                    (draw?.(column.name, row[column.name], row) ?? (
                      <Value
                        value={row[column.name]}
                        right={column.numeric ?? false}
                        onOpen={(value) => show({ name: column.name, value })}
                      />
                    ))
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Drawer open={shown !== undefined} onClose={() => show(undefined)} title={shown?.name ?? ''}>
        <JsonView value={shown?.value} open={4} />
      </Drawer>
    </div>
  )
}

const head =
  'sticky top-0 z-10 h-8 border-b border-line bg-sunken px-3 text-left text-small font-medium whitespace-nowrap text-ink-2'
const cell = 'h-9 max-w-80 border-b border-line px-3 whitespace-nowrap'

interface ValueProps {
  value: unknown
  right: boolean
  onOpen: (value: unknown) => void
}

function Value({ value, right, onOpen }: ValueProps) {
  if (value === null || value === undefined) return <span className="text-ink-3">–</span>
  if (typeof value === 'number' || typeof value === 'boolean') return <>{String(value)}</>
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return (
    <button
      type="button"
      onClick={() => onOpen(value)}
      className={clsx('block w-full truncate hover:underline', right ? 'text-right' : 'text-left')}
      title={text.length > LONGEST_SHOWN ? undefined : text}
    >
      {text.slice(0, LONGEST_SHOWN) || <span className="text-ink-3">empty</span>}
    </button>
  )
}
