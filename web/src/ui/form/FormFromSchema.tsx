/** A form made from a JSON Schema: classes as numbered buttons, entities as fields, free text as an area. */
import { lazy, Suspense, useMemo } from 'react'
import { SkeletonText } from '../Skeleton'
import { ShapeInput, type FormContext } from './ShapeInput'
import { readShape, type JsonSchema } from './shape'
import type { FieldErrors } from './validate'

const AnySchemaForm = lazy(() => import('./AnySchemaForm'))

export interface FormFromSchemaProps {
  schema: JsonSchema
  value: unknown
  onChange: (value: unknown) => void
  errors?: FieldErrors
  /** Dotted paths that were filled from the source row, and are marked so. */
  prefilled?: ReadonlySet<string>
  /** By class: a model's confidence from 0 to 1, printed on the first field's buttons. */
  proposed?: Readonly<Record<string, number>> | undefined
  disabled?: boolean
  /** Bind the number keys to the first field of classes. */
  keyed?: boolean
}

export function FormFromSchema({
  schema,
  value,
  onChange,
  errors = {},
  prefilled,
  proposed,
  disabled = false,
  keyed = false,
}: FormFromSchemaProps) {
  const shape = useMemo(() => readShape(schema), [schema])
  const firstClasses = useMemo(
    () =>
      shape?.kind === 'object' ? shape.fields.find((field) => field.shape.kind === 'classes')?.name : '',
    [shape],
  )
  if (!shape) {
    return (
      <Suspense fallback={<SkeletonText />}>
        <AnySchemaForm schema={schema} value={value} onChange={onChange} disabled={disabled} />
      </Suspense>
    )
  }
  const context: FormContext = {
    errors,
    prefilled: prefilled ?? new Set(),
    proposed,
    disabled,
    keyedPath: keyed ? firstClasses : undefined,
  }
  return (
    <ShapeInput
      shape={shape}
      path=""
      label={schema.title ?? 'Answer'}
      hint={schema.description}
      required
      value={value}
      onChange={onChange}
      context={context}
    />
  )
}
