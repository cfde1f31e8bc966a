/** The form that experts will see, to try it out; what is answered here goes nowhere. */
import { useMemo, useState } from 'react'
import { Card } from '@/ui/Card'
import { FormFromSchema, makeChecker, withoutBlanks, type JsonSchema } from '@/ui/form'

export function FormPreview({ schema }: { schema: Record<string, unknown> | undefined }) {
  return (
    <Card title="Preview" lead="The form that experts will see. Try it: nothing is kept.">
      {schema && Object.keys(schema).length > 0 ? (
        <Tried key={JSON.stringify(schema)} schema={schema} />
      ) : (
        <p className="text-ink-3">It shows here once the definition is complete.</p>
      )}
    </Card>
  )
}

function Tried({ schema }: { schema: JsonSchema }) {
  const [value, setValue] = useState<unknown>(undefined)
  const check = useMemo(() => makeChecker(schema), [schema])
  const errors = value === undefined ? {} : check(withoutBlanks(value))
  const wrong = Object.keys(errors).length
  return (
    <>
      <FormFromSchema schema={schema} value={value} onChange={setValue} errors={errors} keyed />
      {value !== undefined && (
        <p className={`mt-3 text-small ${wrong ? 'text-bad' : 'text-good'}`} aria-live="polite">
          {wrong
            ? 'This answer would be refused; the reasons stand beside the fields.'
            : 'This answer is valid.'}
        </p>
      )}
    </>
  )
}
