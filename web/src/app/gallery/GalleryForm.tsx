/** Forms made from schemas, as the review page shows them. */
import { useMemo, useState } from 'react'
import { Card } from '@/ui/Card'
import { FormFromSchema, makeChecker, type JsonSchema } from '@/ui/form'
import { JsonView } from '@/ui/view'

const invoice: JsonSchema = {
  type: 'object',
  required: ['urgency', 'total'],
  properties: {
    urgency: {
      title: 'Urgency',
      oneOf: [
        { const: 'c1', title: 'Urgent' },
        { const: 'c2', title: 'Routine' },
        { const: 'c3', title: 'Informational' },
      ],
    },
    provider: { type: 'string', maxLength: 80, title: 'Provider' },
    total: { type: 'number', title: 'Total', description: 'As printed, in the invoice currency.' },
    procedures: {
      type: 'array',
      items: {
        type: 'object',
        title: 'Procedure',
        properties: { code: { type: 'string', maxLength: 10 }, price: { type: 'number' } },
      },
    },
    remarks: { type: ['string', 'null'] },
  },
}

const intents: JsonSchema = {
  title: 'Intent',
  enum: Array.from({ length: 40 }, (_, index) => `sample_intent_${index + 1}`),
}

const dependent: JsonSchema = {
  type: 'object',
  properties: { defect: { type: 'boolean', title: 'Defect' } },
  if: { properties: { defect: { const: true } }, required: ['defect'] },
  then: { properties: { kind: { type: 'string', enum: ['scratch', 'bridge'] } }, required: ['kind'] },
}

export function GalleryForm() {
  return (
    <div className="grid grid-cols-3 gap-4">
      <Sample
        title="Fields and classes"
        schema={invoice}
        keyed
        start={{ provider: 'Sample Ward Clinic', total: 'abc' }}
      />
      <Sample title="Many classes" schema={intents} />
      <Sample title="Dependent fields" schema={dependent} start={{ defect: true }} />
    </div>
  )
}

function Sample({
  title,
  schema,
  start,
  keyed = false,
}: {
  title: string
  schema: JsonSchema
  start?: unknown
  keyed?: boolean
}) {
  const [value, setValue] = useState<unknown>(start)
  const check = useMemo(() => makeChecker(schema), [schema])
  return (
    <Card title={title}>
      <FormFromSchema
        schema={schema}
        value={value}
        onChange={setValue}
        errors={check(value)}
        keyed={keyed}
        prefilled={new Set(['provider'])}
        proposed={keyed ? { c1: 0.91, c2: 0.06 } : undefined}
      />
      <div className="mt-4 border-t border-line pt-3">
        <JsonView value={value} />
      </div>
    </Card>
  )
}
