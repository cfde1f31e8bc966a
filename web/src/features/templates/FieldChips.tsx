/** The fields of the sheet that a prompt is tried on: pressing one adds it to the prompt. */
import { useQuery } from '@tanstack/react-query'
import { sheetVersionsQuery } from '@/features/sheets'
import { promptFields, type PromptField } from './promptFields'

interface FieldChipsProps {
  fields: readonly PromptField[]
  onChoose: (piece: string) => void
}

export function FieldChips({ fields, onChoose }: FieldChipsProps) {
  return (
    <div role="group" aria-label="Fields of the sheet" className="mt-2 flex flex-wrap items-center gap-1.5">
      <span className="text-small text-ink-3">Add</span>
      {fields.map(({ name, detail, piece }) => (
        <button
          key={name}
          type="button"
          title={detail}
          onClick={() => onChoose(piece)}
          className="h-6 rounded-control border border-line-strong bg-raised px-1.5 font-mono text-small hover:border-ink-2"
        >
          {name}
        </button>
      ))}
    </div>
  )
}

export function useSheetFields(sheetId: string | undefined): PromptField[] {
  const versions = useQuery({ ...sheetVersionsQuery(sheetId ?? ''), enabled: sheetId !== undefined })
  const version = versions.data?.find(({ state }) => state === 'published')
  return promptFields(version?.fields ?? [])
}
