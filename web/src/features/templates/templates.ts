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
