/** Where things come from and what was made from them: a graph around anything, or everything made from one row. */
import { useQuery } from '@tanstack/react-query'
import { Search, Waypoints } from 'lucide-react'
import { lazy, Suspense, useState, type SyntheticEvent } from 'react'
import { useSearchParams } from 'react-router'
import { SourcePicker } from '@/features/catalog'
import { spoken } from '@/lib/words'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { Card } from '@/ui/Card'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorState } from '@/ui/ErrorState'
import { Field, Input } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { graphQuery, rowQuery } from './lineage'
import { RowView } from './RowView'

const LineageGraph = lazy(() => import('./LineageGraph'))

export default function LineagePage() {
  const [params] = useSearchParams()
  const table = params.get('table') ?? ''
  const row = { table, key: params.getAll('key'), itemRef: params.get('item') ?? '' }
  const asksRow = row.key.length > 0 || row.itemRef !== ''
  const kind = params.get('kind') ?? (table ? 'table' : '')
  const ref = params.get('ref') ?? table
  const graph = useQuery({ ...graphQuery(kind, ref), enabled: kind !== '' && ref !== '' && !asksRow })
  const trace = useQuery(rowQuery(row))
  const error = asksRow ? trace.error : graph.error
  const focus = graph.data?.nodes.find((node) => `${node.kind}:${node.ref}` === graph.data.focus)
  return (
    <Page
      title="Lineage"
      lead={
        focus
          ? `Around the ${spoken(focus.kind)} ${focus.name}: what it was made from on the left, what was made from it on the right.`
          : 'From a source row to everything made from it, and back.'
      }
      body="fill"
    >
      <RowSearch key={params.toString()} table={kind === 'table' ? ref : table} values={row.key.join(', ')} />
      <div className="min-h-0 flex-1">
        {error ? (
          <ErrorState error={error} />
        ) : asksRow ? (
          trace.data ? (
            <RowView trace={trace.data} />
          ) : (
            <Skeleton className="h-64 w-full" />
          )
        ) : graph.data ? (
          <Card flush className="h-full">
            {graph.data.truncated && (
              <p className="border-b border-line px-4 py-1.5 text-small text-warn">
                There is more than is shown; look around a node nearer to what you search.
              </p>
            )}
            <Suspense fallback={<Skeleton className="h-full w-full" />}>
              <LineageGraph key={graph.data.focus} graph={graph.data} />
            </Suspense>
          </Card>
        ) : graph.isFetching ? (
          <Skeleton className="h-64 w-full" />
        ) : (
          <EmptyState
            icon={Waypoints}
            title="Choose where to begin"
            actions={<ButtonLink to="/data/catalog">Browse the catalog</ButtonLink>}
          >
            Choose a table to see what was made from it, or name one row of it to find its labels, pairs and
            exported lines. Every sheet, template and export has a link to here, too.
          </EmptyState>
        )}
      </div>
    </Page>
  )
}

function RowSearch({ table, values }: { table: string; values: string }) {
  const [, setParams] = useSearchParams()
  const [chosen, choose] = useState(table)
  const [typed, type] = useState(values)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    const next = new URLSearchParams({ table: chosen })
    for (const part of typed.split(',')) if (part.trim()) next.append('key', part.trim())
    setParams(next)
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-3 pb-4">
      <Field label="Table" className="w-80">
        {(wired) => <SourcePicker {...wired} kind="table" value={chosen || undefined} onChange={choose} />}
      </Field>
      <Field label="Key of one row (optional)" className="w-72">
        {(wired) => (
          <Input
            {...wired}
            value={typed}
            placeholder="row_0001, or several parts with commas"
            onChange={(event) => type(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" icon={Search} disabled={!chosen}>
        Show
      </Button>
    </form>
  )
}
