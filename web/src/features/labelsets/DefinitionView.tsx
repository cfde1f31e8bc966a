/** A version's definition as it is: its classes or schema, its instructions, and the form it makes. */
import { Card } from '@/ui/Card'
import { JsonView } from '@/ui/view'
import { FormPreview } from './FormPreview'
import type { LabelsetVersion } from './labelsets'

export function DefinitionView({ version }: { version: LabelsetVersion }) {
  const { classes, response_schema, instructions } = version
  const schema = response_schema ?? {}
  return (
    <div className="grid grid-cols-2 items-start gap-4 max-lg:grid-cols-1">
      <div className="flex min-w-0 flex-col gap-4">
        {classes && classes.length > 0 && (
          <Card title="Classes" flush>
            <ol className="divide-y divide-line">
              {classes.map(({ id, name, description }, place) => (
                <li key={id} className="flex items-baseline gap-3 px-4 py-1.5">
                  <span className="w-4 text-right text-small text-ink-3">{place + 1}</span>
                  <span className="font-medium">{name}</span>
                  <code className="font-mono text-small text-ink-3">{id}</code>
                  <span className="min-w-0 flex-1 truncate text-right text-ink-2">{description}</span>
                </li>
              ))}
            </ol>
          </Card>
        )}
        {Object.keys(schema).length > 0 && (
          <Card title="Answer schema">
            <JsonView value={schema} open={4} />
          </Card>
        )}
        <Card title="Instructions">
          {instructions ? (
            <p className="max-w-[75ch] whitespace-pre-wrap">{instructions}</p>
          ) : (
            <p className="text-ink-3">None.</p>
          )}
        </Card>
      </div>
      <FormPreview schema={version.answer_schema} />
    </div>
  )
}
