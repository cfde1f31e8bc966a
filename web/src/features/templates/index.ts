/** What other parts of the app may use of templates. */
export { TemplatePicker } from './TemplatePicker'
export { templateQuery, templateVersionQuery, type Template } from './templates'
