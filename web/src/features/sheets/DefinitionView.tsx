/** A version's definition in words, the fields that its items have, and what the sheet takes away from their uses. */
import { Link } from 'react-router'
import { ConstraintsCard } from '@/features/governance'
import { countOf } from '@/lib/numbers'
import { Badge } from '@/ui/Badge'
import { Card, Facts } from '@/ui/Card'
import type { SheetVersion, Source } from './sheets'

export function DefinitionView({ version }: { version: SheetVersion }) {
  const { definition, fields } = version
  const { sample } = definition
  return (
    <div className="grid grid-cols-2 items-start gap-4 max-lg:grid-cols-1">
      <div className="flex min-w-0 flex-col gap-4">
        <Card title="Definition">
          <Facts
            facts={[
              ['Primary table', <TableLink key="t" name={definition.primary_table} />],
              ['Item key', definition.item_key.join(', ')],
              ['Columns', definition.columns?.join(', ') ?? 'all'],
              ...definition.secondary_sources.map(
                (source) => [source.alias, <Join key={source.alias} source={source} />] as const,
              ),
              [
                'Filter',
                definition.filter ? (
                  <code key="f" className="font-mono text-small">
                    {definition.filter}
                  </code>
                ) : (
                  'none'
                ),
              ],
              [
                'Sample',
                sample.kind === 'all'
                  ? 'all items'
                  : `${sample.kind === 'first' ? 'the first' : 'a random'} ${countOf(sample.size ?? 0, 'item')}` +
                    (sample.kind === 'random' ? `, seed ${sample.seed}` : ''),
              ],
            ]}
          />
        </Card>
        <ConstraintsCard subject={{ kind: 'sheet', id: version.sheet_id }} />
      </div>
      <Card title="Fields of an item" flush>
        <ul className="divide-y divide-line">
          {fields.map((field) => (
            <li key={field.name} className="flex items-center gap-3 px-4 py-1.5">
              <span className="font-medium">{field.name}</span>
              <span className="font-mono text-small text-ink-3">
                {field.kind === 'value' ? field.type : ''}
              </span>
              {field.kind !== 'value' && (
                <Badge tone="info">
                  {field.kind === 'file' ? 'file' : 'row'}
                  {field.many && 's'}
                </Badge>
              )}
              <span className="ml-auto truncate text-small text-ink-3">{field.source}</span>
            </li>
          ))}
        </ul>
      </Card>
    </div>
  )
}

function TableLink({ name }: { name: string }) {
  return (
    <Link
      to={`/data/tables/${name}`}
      className="text-accent-ink underline decoration-line-strong underline-offset-2 hover:decoration-current"
    >
      {name}
    </Link>
  )
}

function Join({ source }: { source: Source }) {
  if (source.kind === 'table') {
    const pairs = source.join.left.map((left, place) => `${left} = ${source.join.right[place]}`)
    return (
      <>
        {source.many ? 'rows' : 'the row'} of <TableLink name={source.name} /> where {pairs.join(' and ')}
      </>
    )
  }
  return (
    <>
      {source.many ? 'files' : 'the file'} of{' '}
      <Link
        to={`/data/volumes/${source.name}`}
        className="text-accent-ink underline decoration-line-strong underline-offset-2 hover:decoration-current"
      >
        {source.name}
      </Link>{' '}
      called{' '}
      <code className="font-mono text-small">
        {source.join.pattern.replaceAll('{key}', `{${source.join.key}}`)}
      </code>
    </>
  )
}
