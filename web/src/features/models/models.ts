/** What the server says of model endpoints, and what it is asked to do with them. */
import { answer, api, type Schemas } from '@/api/client'

export type ModelEndpoint = Schemas['ModelEndpoint']
export type ModelKind = Schemas['ModelKind']

const of = (endpoint_id: string) => ({ params: { path: { endpoint_id } } })

export const KINDS: readonly { value: ModelKind; label: string; hint: string }[] = [
  {
    value: 'openai_compatible',
    label: 'OpenAI-compatible server',
    hint: 'Any server with a /v1/chat/completions address, in your house or outside.',
  },
  {
    value: 'nearest_label',
    label: 'Nearest label',
    hint: 'Proposes the answer of the most similar labeled items. Runs here, needs no key.',
  },
]

export const addModel = (body: Schemas['ModelEndpointIn']) => answer(api.POST('/api/v1/models', { body }))
export const changeModel = (id: string, body: Schemas['ModelEndpointChange']) =>
  answer(api.PATCH('/api/v1/models/{endpoint_id}', { ...of(id), body }))
export const removeModel = (id: string, version: number) =>
  api.DELETE('/api/v1/models/{endpoint_id}', { params: { path: { endpoint_id: id }, query: { version } } })
export const tryModel = (id: string, prompt: string) =>
  answer(api.POST('/api/v1/models/{endpoint_id}/try', { ...of(id), body: { prompt } }))
