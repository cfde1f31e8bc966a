/** What other parts of the app may use of governance. */
export { spokenUse, USES, type Use } from './governance'
export { ConstraintsCard } from './ConstraintsCard'
export { UsesPanel } from './UsesPanel'
