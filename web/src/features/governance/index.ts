/** What other parts of the app may use of governance. */
export { UsesPanel } from './UsesPanel'
