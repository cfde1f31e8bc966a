/** What other parts of the app may use of exports. */
export { ExportsOfSheet } from './ExportsOfSheet'
