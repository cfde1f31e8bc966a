/** Making a training sheet, on one page: what to read, what to ask, who answers; beside it, what will come of it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Sparkles } from 'lucide-react'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useMay } from '@/api/me'
import { ProblemError } from '@/api/problem'
import { sheetQuery } from '@/features/sheets'
import { templateQuery, templateVersionQuery } from '@/features/templates'
import { useDebounced } from '@/lib/useDebounced'
import { Button } from '@/ui/Button'
import { ErrorNote } from '@/ui/ErrorState'
import { Field, Input } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { CoverageCard } from './CoverageCard'
import { generate, type Recipe } from './generation'
import { PreviewCard } from './PreviewCard'
import { isComplete, ofItsMode, RecipeFields, startOfRecipe, type RecipeChoice } from './RecipeFields'

const TYPING_PAUSE_MS = 400

export default function NewTrainingSheetPage() {
  const may = useMay('generation.write')
  const [params, setParams] = useSearchParams()
  const sheetId = params.get('sheet') ?? undefined
  const templateId = params.get('template') ?? undefined
  const [choice, setChoice] = useState<RecipeChoice>(startOfRecipe)
  const [typedName, setName] = useState<string>()
  const sheet = useQuery({ ...sheetQuery(sheetId ?? ''), enabled: sheetId !== undefined })
  const template = useQuery({ ...templateQuery(templateId ?? ''), enabled: templateId !== undefined })
  const published = template.data?.published ?? null
  const version = useQuery({
    ...templateVersionQuery(templateId ?? '', published ?? ''),
    enabled: templateId !== undefined && published !== null,
  })
  const ownModel = version.data?.model.endpoint_id ?? null
  const templateVersionId = template.data?.published_id ?? undefined
  const name = typedName ?? (sheet.data && template.data ? `${sheet.data.name}: ${template.data.name}` : '')
  const recipe: Recipe | undefined =
    sheetId && templateVersionId && isComplete(choice, ownModel !== null)
      ? {
          sheet_id: sheetId,
          sheet_version: null,
          template_version_id: templateVersionId,
          ...ofItsMode(choice),
        }
      : undefined
  const settled = useDebounced(recipe && JSON.stringify(recipe), TYPING_PAUSE_MS)
  const client = useQueryClient()
  const navigate = useNavigate()
  const make = useMutation({
    mutationFn: () => generate({ ...(recipe as Recipe), name }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['training-sheets'] })
      void navigate(`/generate/${made.id}`)
    },
  })
  const problem = make.error instanceof ProblemError ? make.error : undefined
  const choose = (key: 'sheet' | 'template', id: string) =>
    setParams(
      (previous) => {
        const next = new URLSearchParams(previous)
        next.set(key, id)
        return next
      },
      { replace: true },
    )
  return (
    <Page
      title="Generate a training sheet"
      trail={[{ label: 'Generate', to: '/generate' }]}
      actions={
        <Button
          tone="primary"
          icon={Sparkles}
          busy={make.isPending}
          disabled={!recipe || !name.trim() || !may}
          title={may ? undefined : 'Engineers and admins generate training sheets.'}
          onClick={() => make.mutate()}
        >
          Generate
        </Button>
      }
    >
      <div className="grid grid-cols-[22rem_minmax(0,1fr)] items-start gap-6 max-lg:grid-cols-1">
        <div className="flex flex-col gap-4">
          <RecipeFields
            sheetId={sheetId}
            template={template.data}
            ownModel={ownModel}
            choice={choice}
            problem={problem}
            onSheet={(id) => {
              choose('sheet', id)
              setChoice({ ...choice, column: null })
            }}
            onTemplate={(id) => choose('template', id)}
            onChange={setChoice}
          />
          <Field label="Name" required error={problem?.field === 'name' && problem.message}>
            {(wired) => (
              <Input
                {...wired}
                value={name}
                maxLength={200}
                placeholder="Taken from the sheet and the template"
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          {make.error && problem?.field !== 'name' && <ErrorNote error={make.error} />}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <CoverageCard sheetId={sheetId} templateVersionId={templateVersionId} choice={choice} />
          <PreviewCard recipe={settled ? (JSON.parse(settled) as Recipe) : undefined} />
        </div>
      </div>
    </Page>
  )
}
