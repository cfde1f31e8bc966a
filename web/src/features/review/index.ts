/** What other parts of the app may use of review. */
export { barParts, ProgressLine, progressSentence } from './ProgressLine'
