/** The one door to the server: typed by its OpenAPI document, with CSRF, idempotency and typed refusals. */
import createClient, { type Middleware } from 'openapi-fetch'
import { problemOf } from './problem'
import type { paths } from './schema'

let csrfToken: string | undefined

/** Called with what `GET /api/v1/me` says, before anything is written. */
export function rememberCsrf(token: string | undefined): void {
  csrfToken = token
}

/** Every header a writing request carries; for the few requests that cannot go through `api`, such as uploads. */
export function writeHeaders(): Record<string, string> {
  return {
    'Idempotency-Key': crypto.randomUUID(),
    ...(csrfToken ? { 'X-Workbench-CSRF': csrfToken } : {}),
  }
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

const house: Middleware = {
  onRequest({ request }) {
    if (!READS.has(request.method)) {
      for (const [name, value] of Object.entries(writeHeaders())) {
        if (!request.headers.has(name)) request.headers.set(name, value)
      }
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
