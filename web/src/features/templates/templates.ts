/** What the server says of prompt templates, and what it is asked to do with them. */
import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '@/api/client'

export type Template = Schemas['Template']
export type TemplateVersion = Schemas['TemplateVersion']

const of = (template_id: string) => ({ params: { path: { template_id } } })

export const templateQuery = (id: string) =>
  queryOptions({
    queryKey: ['templates', id],
    queryFn: () => answer(api.GET('/api/v1/templates/{template_id}', of(id))),
  })

export const templateVersionQuery = (id: string, number: string) =>
  queryOptions({
    queryKey: ['templates', id, 'versions', number],
    queryFn: () =>
      answer(
        api.GET('/api/v1/templates/{template_id}/versions/{number}', {
          params: { path: { template_id: id, number } },
        }),
      ),
  })

export type Bump = Schemas['Bump']
export type LineChange = Schemas['LineChange']

export const templateVersionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['templates', id, 'versions'],
    queryFn: () => answer(api.GET('/api/v1/templates/{template_id}/versions', of(id))),
  })

/** Whether a sheet has what a version reads; by its `version`, because a draft changes under the same number. Under a
 * name of its own: a draft that was published or discarded is asked about no more, nor one that cannot be read. */
export const templateCheckQuery = (
  id: string,
  { number, version, problems }: TemplateVersion,
  sheetId: string | undefined,
) =>
  queryOptions({
    queryKey: ['template-check', id, number, version, sheetId],
    queryFn: () =>
      answer(
        api.GET('/api/v1/templates/{template_id}/versions/{number}/check', {
          params: { path: { template_id: id, number }, query: { sheet_id: sheetId ?? '' } },
        }),
      ),
    enabled: sheetId !== undefined && problems.length === 0,
    retry: false,
  })

/** Under a name of its own: the draft of a publication that just succeeded has no difference to ask for any more. */
export const diffQuery = (id: string, before: string, after: string) =>
  queryOptions({
    queryKey: ['template-diff', id, before, after],
    queryFn: () =>
      answer(
        api.GET('/api/v1/templates/{template_id}/diff', {
          params: { path: { template_id: id }, query: { before, after } },
        }),
      ),
  })

export const endpointsQuery = queryOptions({
  queryKey: ['models', 'enabled'],
  queryFn: () => answer(api.GET('/api/v1/models', { params: { query: { enabled: true, limit: 100 } } })),
})

export const tryTemplate = (id: string, number: string, body: Schemas['TemplateTrial']) =>
  answer(
    api.POST('/api/v1/templates/{template_id}/versions/{number}/try', {
      params: { path: { template_id: id, number } },
      body,
    }),
  )
export const createTemplate = (body: Schemas['TemplateIn']) => answer(api.POST('/api/v1/templates', { body }))
export const changeTemplate = (id: string, body: Schemas['TemplateChange']) =>
  answer(api.PATCH('/api/v1/templates/{template_id}', { ...of(id), body }))
export const archiveTemplate = (id: string, version: number) =>
  answer(api.POST('/api/v1/templates/{template_id}/archive', { ...of(id), body: { version } }))
export const restoreTemplate = (id: string, version: number) =>
  answer(api.POST('/api/v1/templates/{template_id}/restore', { ...of(id), body: { version } }))
export const duplicateTemplate = (id: string, name: string) =>
  answer(api.POST('/api/v1/templates/{template_id}/duplicate', { ...of(id), body: { name, number: null } }))
export const deleteTemplate = (id: string, version: number) =>
  api.DELETE('/api/v1/templates/{template_id}', { params: { path: { template_id: id }, query: { version } } })
export const startDraft = (id: string) => answer(api.POST('/api/v1/templates/{template_id}/draft', of(id)))
export const changeDraft = (id: string, body: Schemas['TemplateDraftChange']) =>
  answer(api.PATCH('/api/v1/templates/{template_id}/draft', { ...of(id), body }))
export const discardDraft = (id: string, version: number) =>
  api.DELETE('/api/v1/templates/{template_id}/draft', {
    params: { path: { template_id: id }, query: { version } },
  })
export const publishDraft = (id: string, version: number, bump: Bump | null) =>
  answer(api.POST('/api/v1/templates/{template_id}/draft/publish', { ...of(id), body: { version, bump } }))
export const archiveVersion = (id: string, { number, version }: TemplateVersion) =>
  answer(
    api.POST('/api/v1/templates/{template_id}/versions/{number}/archive', {
      params: { path: { template_id: id, number } },
      body: { version },
    }),
  )
