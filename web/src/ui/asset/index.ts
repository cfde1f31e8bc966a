/** What every asset can do, whatever it is. */
export { DiscardDraft } from './DiscardDraft'
export { DuplicateDialog } from './DuplicateDialog'
export { RenameDialog } from './RenameDialog'
export { RetireVersion } from './RetireVersion'
