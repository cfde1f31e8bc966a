/** RJSF's validator without `eval`, which the page's content security rules refuse. */
import { Validator, type Schema } from '@cfworker/json-schema'
import { toErrorSchema, type RJSFSchema, type RJSFValidationError, type ValidatorType } from '@rjsf/utils'
import type { JsonSchema } from './shape'
import { makeChecker } from './validate'

const interpretingValidator: ValidatorType = {
  isValid(schema, formData, rootSchema) {
    try {
      // Parts of a schema may refer to definitions that only the whole one holds.
      const definitions = { $defs: rootSchema.$defs, definitions: rootSchema.definitions }
      const whole = { ...definitions, ...schema } as Schema
      return new Validator(whole, '2020-12').validate(formData as unknown).valid
    } catch {
      return false
    }
  },
  validateFormData(formData, schema) {
    const errors = found(schema, formData)
    return { errors, errorSchema: toErrorSchema(errors) }
  },
  rawValidation: (schema: RJSFSchema, formData?: unknown) => ({ errors: found(schema, formData) as never[] }),
}

export default interpretingValidator

function found(schema: RJSFSchema, formData: unknown): RJSFValidationError[] {
  return Object.entries(makeChecker(schema as JsonSchema)(formData)).map(([path, message]) => ({
    property: `.${path}`,
    message,
    stack: message,
  }))
}
