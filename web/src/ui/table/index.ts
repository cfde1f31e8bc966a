/** What pages need to show a list. */
export { DataTable } from './DataTable'
export type { Column, Filter, RowActions } from './columns'
export { SearchBox } from './Toolbar'
export { ValueGrid, type GridColumn } from './ValueGrid'
export { everything, isNothing, nothing, selectedCount, type Selection } from './selection'
