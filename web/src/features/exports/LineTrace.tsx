/** From a line of an exported file back to its source row, label and pair. */
import { useMutation } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { Link } from 'react-router'
import { Button } from '@/ui/Button'
import { Card, Facts } from '@/ui/Card'
import { ErrorNote } from '@/ui/ErrorState'
import { Input } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { traceLine, type Export, type Split } from './exports'

const link = 'text-accent-ink hover:underline'

export function LineTrace({ made }: { made: Export }) {
  const splits = made.splits.map(({ split }) => split)
  const [split, setSplit] = useState<Split>(splits[0] ?? 'train')
  const [line, setLine] = useState('1')
  const trace = useMutation({ mutationFn: () => traceLine(made.id, split, Number(line)) })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    trace.mutate()
  }
  const found = trace.data
  return (
    <Card title="Where a line comes from">
      <form onSubmit={submit} className="flex items-center gap-2">
        <Select
          aria-label="File"
          className="w-32 shrink-0"
          value={split}
          onChange={(next) => setSplit(next as Split)}
          options={splits.map((value) => ({ value, label: value }))}
        />
        <Input
          aria-label="Line, from 1"
          type="number"
          min={1}
          step={1}
          required
          className="w-28"
          value={line}
          onChange={(event) => setLine(event.target.value)}
        />
        <Button type="submit" busy={trace.isPending}>
          Trace
        </Button>
      </form>
      <div className="mt-3" aria-live="polite">
        {trace.error && <ErrorNote error={trace.error} />}
        {found && (
          <Facts
            facts={[
              [
                'Source row',
                <span key="row">
                  <Link className={link} to={`/data/tables/${found.source_table}`}>
                    {found.source_table}
                  </Link>{' '}
                  where{' '}
                  {Object.entries(found.key)
                    .map(([name, value]) => `${name} = ${String(value)}`)
                    .join(', ')}
                </span>,
              ],
              [
                'Pair',
                <Link
                  key="pair"
                  className={link}
                  to={`/label/${found.training_sheet_id}?pair=${found.pair_id}`}
                >
                  number {found.position + 1}
                </Link>,
              ],
              ['Label', found.label_number === null ? 'none' : `version ${found.label_number}`],
              [
                'Forward',
                <Link
                  key="f"
                  className={link}
                  to={`/lineage?table=${encodeURIComponent(found.source_table)}&item=${encodeURIComponent(found.item_ref)}`}
                >
                  everything made from this row
                </Link>,
              ],
            ]}
          />
        )}
      </div>
    </Card>
  )
}
