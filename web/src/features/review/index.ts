/** What other parts of the app may use of review. */
export { WorkDone } from './WorkDone'
export { PairTable, usePairs } from './PairTable'
export { barParts, ProgressLine, progressSentence } from './ProgressLine'
