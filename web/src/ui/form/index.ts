/** What pages need to ask for an answer. */
export { FormFromSchema, type FormFromSchemaProps } from './FormFromSchema'
export { ClassButtons } from './ClassButtons'
export { makeChecker, withoutBlanks, type FieldErrors } from './validate'
export { inWords, type JsonSchema } from './shape'
