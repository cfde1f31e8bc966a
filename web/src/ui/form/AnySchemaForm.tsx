/** The form for schemas beyond the common shapes (dependent fields, alternatives), loaded only when one comes. */
import Form from '@rjsf/core'
import type { RJSFSchema, UiSchema } from '@rjsf/utils'
import interpretingValidator from './interpretingValidator'
import type { JsonSchema } from './shape'

export interface AnySchemaFormProps {
  schema: JsonSchema
  value: unknown
  onChange: (value: unknown) => void
  disabled: boolean
}

const look: UiSchema = { 'ui:submitButtonOptions': { norender: true } }

export default function AnySchemaForm({ schema, value, onChange, disabled }: AnySchemaFormProps) {
  return (
    <Form
      className="any-schema-form"
      // The page submits; a form inside it must not.
      tagName="div"
      schema={schema as RJSFSchema}
      uiSchema={look}
      validator={interpretingValidator}
      formData={value}
      disabled={disabled}
      liveValidate
      showErrorList={false}
      onChange={(event) => onChange(event.formData)}
    />
  )
}
