/** What other parts of the app may use of labelsets. */
export { labelsetQuery, labelsetVersionsQuery, type Labelset } from './labelsets'
