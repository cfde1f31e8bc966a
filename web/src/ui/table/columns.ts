/** How a server-driven table is described: its columns, filters and row actions. */
import type { ReactNode } from 'react'
import type { MenuAction } from '../Menu'
import type { Option } from '../Select'

export interface Column<Row> {
  id: string
  header: ReactNode
  cell: (row: Row) => ReactNode
  /** In pixels; columns without a width share what remains. */
  width?: number
  align?: 'right'
  /** The server's name for sorting by this column; absent means it cannot be sorted. */
  sort?: string
}

export interface Filter {
  /** The server's query parameter. */
  name: string
  label: string
  options: readonly Option[]
}

export type RowActions<Row> = (row: Row) => readonly (readonly MenuAction[])[]
