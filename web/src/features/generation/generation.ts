/** What the server says of training sheets and their pairs, and what it is asked to do with them. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '@/api/client'

export type TrainingSheet = Schemas['TrainingSheet']
export type PairLine = Schemas['PairLine']
export type PairPreview = Schemas['PairPreview']
export type Coverage = Schemas['LabelCoverage']
export type Mode = Schemas['Mode']
export type Recipe = Schemas['Recipe']

const of = (training_sheet_id: string) => ({ params: { path: { training_sheet_id } } })

export const trainingSheetQuery = (id: string) =>
  queryOptions({
    queryKey: ['training-sheets', id],
    queryFn: () => answer(api.GET('/api/v1/training-sheets/{training_sheet_id}', of(id))),
    // Counts move while pairs are made; the job's own news come by the event stream.
    refetchInterval: ({ state }) => (state.data?.state === 'generating' ? 2000 : false),
  })

export const outdatedQuery = (id: string) =>
  queryOptions({
    queryKey: ['training-sheets', id, 'outdated'],
    queryFn: () => answer(api.GET('/api/v1/review/training-sheets/{training_sheet_id}/outdated', of(id))),
  })

export const usesQuery = (id: string) =>
  queryOptions({
    queryKey: ['training-sheets', id, 'uses'],
    queryFn: () => answer(api.GET('/api/v1/governance/training-sheets/{training_sheet_id}/uses', of(id))),
  })

export const coverageQuery = (
  sheetId: string | undefined,
  templateVersionId: string | undefined,
  column: string | null,
) =>
  queryOptions({
    queryKey: ['coverage', sheetId, templateVersionId, column],
    queryFn: () =>
      answer(
        api.GET('/api/v1/training-sheets/coverage', {
          params: {
            query: { sheet_id: sheetId ?? '', template_version_id: templateVersionId ?? '', column },
          },
        }),
      ),
    enabled: sheetId !== undefined && templateVersionId !== undefined,
    retry: false,
  })

export const PREVIEWED = 5

export const previewQuery = (recipe: Recipe | undefined) =>
  queryOptions({
    queryKey: ['training-sheet-preview', recipe],
    queryFn: () =>
      answer(
        api.POST('/api/v1/training-sheets/preview', {
          body: { ...(recipe as Recipe), count: Math.min(PREVIEWED, recipe?.limit ?? PREVIEWED) },
        }),
      ),
    enabled: recipe !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  })

export const endpointsQuery = queryOptions({
  queryKey: ['models', 'enabled'],
  queryFn: () => answer(api.GET('/api/v1/models', { params: { query: { enabled: true, limit: 100 } } })),
})

export const generate = (body: Schemas['GenerateIn']) => answer(api.POST('/api/v1/training-sheets', { body }))
export const generateAgain = (id: string, body: Schemas['TrainingSheetCopy']) =>
  answer(api.POST('/api/v1/training-sheets/{training_sheet_id}/duplicate', { ...of(id), body }))
export const changeTrainingSheet = (id: string, body: Schemas['TrainingSheetChange']) =>
  answer(api.PATCH('/api/v1/training-sheets/{training_sheet_id}', { ...of(id), body }))
export const archiveTrainingSheet = (id: string, version: number) =>
  answer(api.POST('/api/v1/training-sheets/{training_sheet_id}/archive', { ...of(id), body: { version } }))
export const restoreTrainingSheet = (id: string, version: number) =>
  answer(api.POST('/api/v1/training-sheets/{training_sheet_id}/restore', { ...of(id), body: { version } }))
export const finishTrainingSheet = (id: string, version: number) =>
  answer(api.POST('/api/v1/training-sheets/{training_sheet_id}/finish', { ...of(id), body: { version } }))
export const deleteTrainingSheet = (id: string, version: number) =>
  answer(
    api.DELETE('/api/v1/training-sheets/{training_sheet_id}', {
      params: { path: { training_sheet_id: id }, query: { version } },
    }),
  )
export const retryFailures = (id: string) =>
  answer(
    api.POST('/api/v1/training-sheets/{training_sheet_id}/retry-failures', {
      ...of(id),
      body: { kinds: null },
    }),
  )
export const refreshPairs = (id: string) =>
  answer(api.POST('/api/v1/review/training-sheets/{training_sheet_id}/refresh', of(id)))
export const approveTrainingSheet = (id: string, version: number, incomplete: boolean) =>
  answer(
    api.POST('/api/v1/review/training-sheets/{training_sheet_id}/approve', {
      ...of(id),
      body: { version, incomplete },
    }),
  )
export const reopenTrainingSheet = (id: string, version: number) =>
  answer(
    api.POST('/api/v1/review/training-sheets/{training_sheet_id}/reopen', { ...of(id), body: { version } }),
  )

/** Where answers come from, in the words people choose by. */
export const MODES: readonly { value: Mode; label: string; hint: string }[] = [
  {
    value: 'ai_generated',
    label: 'A model answers',
    hint: 'Each answer is a proposal; an expert approves it before it counts.',
  },
  { value: 'manual', label: 'A person answers', hint: 'Pairs come without an answer, to be labeled.' },
  {
    value: 'existing_column',
    label: 'A column has the answers',
    hint: 'A field of the sheet already holds them.',
  },
]

export const spokenMode = (mode: Mode) => MODES.find(({ value }) => value === mode)?.label ?? mode
