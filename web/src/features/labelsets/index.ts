/** What other parts of the app may use of labelsets. */
export { LabelsetPicker } from './LabelsetPicker'
export { labelsetQuery, labelsetVersionsQuery, type Labelset } from './labelsets'
