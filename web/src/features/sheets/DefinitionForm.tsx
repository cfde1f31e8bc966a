/** Writing a sheet's definition: what the items are, what joins them, which of them belong. */
import { useQuery } from '@tanstack/react-query'
import type { ProblemError } from '@/api/problem'
import { SourcePicker, tableQuery } from '@/features/catalog'
import { Field, Input, RadioGroup } from '@/ui/Field'
import { SourceList } from './SourceList'
import { ColumnChoice } from './ColumnChoice'
import { emptyDefinition, likelyKeys, saidOf } from './definition'
import type { Definition } from './sheets'

interface DefinitionFormProps {
  definition: Definition
  onChange: (definition: Definition) => void
  problem: ProblemError | undefined
}

export function DefinitionForm({ definition, onChange, problem }: DefinitionFormProps) {
  const table = useQuery({
    ...tableQuery(definition.primary_table),
    enabled: definition.primary_table !== '',
  })
  const columns = table.data?.columns ?? []
  const set = (change: Partial<Definition>) => onChange({ ...definition, ...change })
  const suggested = likelyKeys(columns)
  return (
    <div className="flex flex-col gap-6">
      <Section title="Items" lead="One row of the primary table is one item.">
        <Field label="Primary table" required error={saidOf(problem, 'primary_table')}>
          {(wired) => (
            <SourcePicker
              {...wired}
              kind="table"
              value={definition.primary_table || undefined}
              onChange={(name) => onChange(emptyDefinition(name))}
            />
          )}
        </Field>
        {columns.length > 0 && (
          <ColumnChoice
            label="Item key"
            hint="The columns that name an item: unique, never empty. Labels stay with this name for good."
            columns={columns.map(({ name }) => name)}
            first={suggested}
            chosen={definition.item_key}
            onChange={(item_key) => set({ item_key })}
            error={saidOf(problem, 'item_key')}
          />
        )}
        {columns.length > 0 && (
          <details>
            <summary className="text-small text-ink-2">
              {definition.columns
                ? `${definition.columns.length} of ${columns.length} columns`
                : 'All columns'}
            </summary>
            <div className="mt-2">
              <ColumnChoice
                label="Columns"
                hint="Choose some to leave the others out; choose none to take all, also those that come later."
                columns={columns.map(({ name }) => name)}
                chosen={definition.columns ?? []}
                onChange={(chosen) => set({ columns: chosen.length ? chosen : null })}
                error={saidOf(problem, 'columns')}
              />
            </div>
          </details>
        )}
      </Section>
      {definition.primary_table && (
        <Section
          title="Joined to them"
          lead="Other tables, pictures and documents, found by key. They never multiply items."
        >
          <SourceList
            sources={definition.secondary_sources}
            primaryTable={definition.primary_table}
            itemKey={definition.item_key}
            primaryColumns={columns.map(({ name }) => name)}
            onChange={(secondary_sources) => set({ secondary_sources })}
            problem={problem}
          />
        </Section>
      )}
      {definition.primary_table && (
        <Section title="Which of them" lead="Filter, then sample.">
          <Field
            label="Filter"
            hint="A condition over the columns, such as total > 100 AND status = 'open'. Joined fields are written alias.field."
            error={saidOf(problem, 'filter')}
          >
            {(wired) => (
              <Input
                {...wired}
                className="font-mono"
                spellCheck={false}
                value={definition.filter ?? ''}
                onChange={(event) => set({ filter: event.target.value || null })}
              />
            )}
          </Field>
          <SampleFields definition={definition} set={set} error={saidOf(problem, 'sample')} />
        </Section>
      )}
    </div>
  )
}

interface SectionProps {
  title: string
  lead: string
  children: React.ReactNode
}

function Section({ title, lead, children }: SectionProps) {
  return (
    <section className="flex flex-col gap-3">
      <div>
        <h2 className="text-lead">{title}</h2>
        <p className="text-small text-ink-3">{lead}</p>
      </div>
      {children}
    </section>
  )
}

const samples = [
  { value: 'all', label: 'All' },
  { value: 'first', label: 'The first, in the order of the table' },
  {
    value: 'random',
    label: 'A random sample',
    hint: 'The same seed gives the same items; a larger sample keeps the smaller one.',
  },
] as const

const USUAL_SIZE = 500

interface SampleFieldsProps {
  definition: Definition
  set: (change: Partial<Definition>) => void
  error: string | undefined
}

function SampleFields({ definition, set, error }: SampleFieldsProps) {
  const { sample } = definition
  return (
    <>
      <RadioGroup
        label="Sample"
        value={sample.kind}
        options={samples}
        onChange={(kind) =>
          set({ sample: { ...sample, kind, size: kind === 'all' ? null : (sample.size ?? USUAL_SIZE) } })
        }
      />
      {sample.kind !== 'all' && (
        <div className="grid grid-cols-2 gap-3">
          <Field label="How many" error={error}>
            {(wired) => (
              <Input
                {...wired}
                inputMode="numeric"
                value={sample.size ?? ''}
                onChange={(event) => set({ sample: { ...sample, size: Number(event.target.value) || 1 } })}
              />
            )}
          </Field>
          {sample.kind === 'random' && (
            <Field label="Seed">
              {(wired) => (
                <Input
                  {...wired}
                  inputMode="numeric"
                  value={sample.seed}
                  onChange={(event) => set({ sample: { ...sample, seed: Number(event.target.value) || 0 } })}
                />
              )}
            </Field>
          )}
        </div>
      )}
    </>
  )
}
