/** What other parts of the app may use of sheets. */
export { FieldValue } from './FieldValue'
export { ItemPanel, type ItemPanelProps } from './ItemPanel'
export {
  itemFileAddress,
  itemPictureAddress,
  sheetQuery,
  spokenRef,
  versionsQuery as sheetVersionsQuery,
  type ItemField,
  type Sheet,
} from './sheets'
export { SheetPicker } from './SheetPicker'
