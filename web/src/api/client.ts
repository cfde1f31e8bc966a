/** The one door to the server: typed by its OpenAPI document, with workspace, CSRF, idempotency and typed refusals. */
import createClient, { type Middleware } from 'openapi-fetch'
import { problemOf } from './problem'
import type { components, paths } from './schema'
import { currentWorkspace } from './workspace'

export type Schemas = components['schemas']

let csrfToken: string | undefined

/** Called with what `GET /api/v1/me` says, before anything is written. */
export function rememberCsrf(token: string | null): void {
  csrfToken = token ?? undefined
}

/** Headers of every request; also for the few that cannot go through `api`, such as uploads with progress. */
export function requestHeaders(method: string): Record<string, string> {
  const workspace = currentWorkspace()
  return {
    ...(workspace ? { 'X-Workspace': workspace } : {}),
    ...(method === 'GET' ? {} : { 'Idempotency-Key': crypto.randomUUID() }),
    ...(method === 'GET' || !csrfToken ? {} : { 'X-Workbench-CSRF': csrfToken }),
  }
}

/** An address that the browser itself fetches (pictures, downloads, event streams), with the workspace in it. */
export function addressOf(path: string, query: Record<string, string | number | undefined> = {}): string {
  const parameters = new URLSearchParams()
  const all: Record<string, string | number | undefined> = { ...query, workspace: currentWorkspace() }
  for (const [name, value] of Object.entries(all))
    if (value !== undefined) parameters.set(name, String(value))
  return `/api/v1${path}?${parameters.toString()}`
}

const house: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(requestHeaders(request.method))) {
      if (!request.headers.has(name)) request.headers.set(name, value)
    }
    return request
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response)
    return response
  },
}

export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' })
api.use(house)

/** The body of an answer; failures have been thrown as `ProblemError` before. */
export async function answer<T>(request: Promise<{ data?: T }>): Promise<T> {
  return (await request).data as T
}
