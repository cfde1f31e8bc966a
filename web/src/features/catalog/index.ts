/** What other parts of the app may use of the catalog. */
export { DataTabs } from './DataTabs'
export {
  catalogsQuery,
  fileAddress,
  findFiles,
  pictureAddress,
  rowsQuery,
  schemasQuery,
  tableQuery,
  tablesQuery,
  volumeQuery,
  volumesQuery,
  type Table,
  type TableColumn,
} from './sources'
export { namedFileAddress, namedPictureAddress } from './files'
export { SourcePicker } from './SourcePicker'
export { useSources } from './useSources'
