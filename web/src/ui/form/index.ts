/** What pages need to ask for an answer. */
export { FormFromSchema, type FormFromSchemaProps } from './FormFromSchema'
export { AnswerForm, type Answer, type AnswerFormProps } from './AnswerForm'
export { DraftNote } from './DraftNote'
export { showFirstError } from './showFirstError'
export { ClassButtons } from './ClassButtons'
export { makeChecker, withoutBlanks, type FieldErrors } from './validate'
export { fromRow, stillAsInRow } from './prefill'
export { inWords, type JsonSchema } from './shape'
