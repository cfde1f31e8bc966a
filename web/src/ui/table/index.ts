/** What pages need to show a list. */
export { DataTable } from './DataTable'
export type { Column, Filter, RowActions } from './columns'
export { everything, isNothing, nothing, selectedCount, type Selection } from './selection'
