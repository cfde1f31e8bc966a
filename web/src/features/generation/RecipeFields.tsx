/** What a training sheet is made from: the sheet, the template, who answers, and how many items. */
import { useQuery } from '@tanstack/react-query'
import type { ProblemError } from '@/api/problem'
import { SheetPicker, sheetVersionsQuery } from '@/features/sheets'
import { TemplatePicker, type Template } from '@/features/templates'
import { Combobox } from '@/ui/Combobox'
import { Checkbox, Field, Input, RadioGroup } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { endpointsQuery, MODES, type Mode } from './generation'

export interface RecipeChoice {
  mode: Mode
  column: string | null
  trusted: boolean
  endpoint_id: string | null
  reuse_answers: boolean
  limit: number | null
}

export const startOfRecipe: RecipeChoice = {
  mode: 'manual',
  column: null,
  trusted: false,
  endpoint_id: null,
  reuse_answers: true,
  limit: null,
}

/** Whether pairs could be made so. `hasModel` says whether the template names a model of its own. */
export function isComplete({ mode, column, limit, endpoint_id }: RecipeChoice, hasModel: boolean): boolean {
  if (!isLimit(limit)) return false
  if (mode === 'ai_generated') return hasModel || endpoint_id !== null
  return mode !== 'existing_column' || column !== null
}

/** The choice without what belongs to another mode, such as a model that was chosen before. */
export function ofItsMode(choice: RecipeChoice): RecipeChoice {
  const isColumn = choice.mode === 'existing_column'
  return {
    ...choice,
    column: isColumn ? choice.column : null,
    trusted: isColumn && choice.trusted,
    endpoint_id: choice.mode === 'ai_generated' ? choice.endpoint_id : null,
  }
}

const isLimit = (limit: number | null) => limit === null || (Number.isInteger(limit) && limit > 0)

interface RecipeFieldsProps {
  sheetId: string | undefined
  template: Template | undefined
  /** The model that the template names. */
  ownModel: string | null
  choice: RecipeChoice
  problem: ProblemError | undefined
  onSheet: (id: string) => void
  onTemplate: (id: string) => void
  onChange: (choice: RecipeChoice) => void
}

export function RecipeFields(props: RecipeFieldsProps) {
  const { sheetId, template, choice, problem, onChange } = props
  const change = (part: Partial<RecipeChoice>) => onChange({ ...choice, ...part })
  const errorAt = (field: string) => problem?.field === field && problem.message
  return (
    <>
      <Field label="Sheet" required error={errorAt('sheet_id')}>
        {(wired) => <SheetPicker {...wired} publishedOnly value={sheetId} onChange={props.onSheet} />}
      </Field>
      <Field label="Prompt template" required error={errorAt('template_version_id')}>
        {(wired) => <TemplatePicker {...wired} value={template?.id} onChange={props.onTemplate} />}
      </Field>
      <RadioGroup
        label="What no canonical label answers"
        value={choice.mode}
        options={MODES}
        onChange={(mode) => change({ mode })}
      />
      {choice.mode === 'ai_generated' && (
        <ModelFields own={props.ownModel} choice={choice} change={change} error={errorAt('endpoint_id')} />
      )}
      {choice.mode === 'existing_column' && (
        <ColumnFields sheetId={sheetId} choice={choice} change={change} error={errorAt('column')} />
      )}
      <Field
        label="Only the first items"
        hint="Leave empty for all of them."
        error={isLimit(choice.limit) ? errorAt('limit') : 'A whole number from 1 up.'}
      >
        {(wired) => (
          <Input
            {...wired}
            type="number"
            min={1}
            step={1}
            value={choice.limit ?? ''}
            onChange={(event) =>
              change({ limit: event.target.value === '' ? null : Number(event.target.value) })
            }
          />
        )}
      </Field>
    </>
  )
}

interface PartProps {
  choice: RecipeChoice
  change: (part: Partial<RecipeChoice>) => void
  error: string | false | undefined
}

function ModelFields({ own, choice, change, error }: PartProps & { own: string | null }) {
  const endpoints = useQuery(endpointsQuery)
  const known = endpoints.data?.items ?? []
  const ownName = known.find(({ id }) => id === own)?.name
  return (
    <>
      <Field
        label="Model"
        error={error}
        hint={known.length === 0 && endpoints.isSuccess ? 'An admin adds models under Models.' : undefined}
      >
        {(wired) => (
          <Select
            {...wired}
            value={choice.endpoint_id ?? ''}
            onChange={(id) => change({ endpoint_id: id || null })}
            options={[
              {
                value: '',
                label: own ? `As the template says${ownName ? `: ${ownName}` : ''}` : 'Choose a model…',
              },
              ...known.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
      </Field>
      <Checkbox
        label="Reuse what this model said to the same prompt before"
        checked={choice.reuse_answers}
        onChange={(event) => change({ reuse_answers: event.target.checked })}
      />
    </>
  )
}

function ColumnFields({ sheetId, choice, change, error }: PartProps & { sheetId: string | undefined }) {
  const versions = useQuery({ ...sheetVersionsQuery(sheetId ?? ''), enabled: sheetId !== undefined })
  const version = versions.data?.find(({ state }) => state === 'published')
  const columns = version?.fields.filter(({ kind, many }) => kind === 'value' && !many) ?? []
  return (
    <>
      <Field label="Column with the answers" required error={error}>
        {(wired) => (
          <Combobox
            {...wired}
            options={columns.map(({ name, type }) => ({ value: name, label: name, detail: type }))}
            value={choice.column ?? undefined}
            onChange={(column) => change({ column })}
            placeholder={sheetId ? 'Choose a column…' : 'Choose a sheet first'}
            emptyText="No column of that name."
          />
        )}
      </Field>
      <Checkbox
        label="I trust this column: its answers become canonical labels at once"
        className="items-start"
        checked={choice.trusted}
        onChange={(event) => change({ trusted: event.target.checked })}
      />
    </>
  )
}
