/** The server's refusals (`application/problem+json`) as one typed error: what happened, where, and the fix. */
export interface Problem {
  /** The exact refusal, such as `label-changed`. */
  type: string
  /** The branch of the error tree it belongs to, such as `conflict`. */
  kind?: string
  title: string
  status: number
  detail?: string
  /** The field of the request that is wrong, as a dotted path. */
  field?: string | null
  /** The row of the uploaded file or table that is wrong. */
  row?: number | string | null
  fix?: string | null
  /** What the page needs to act on it, such as the current version of what another person changed. */
  details?: Record<string, unknown> | null
}

export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ProblemError'
    this.problem = problem
  }

  get status(): number {
    return this.problem.status
  }

  get type(): string {
    return this.problem.type
  }

  get field(): string | undefined {
    return this.problem.field ?? undefined
  }

  get fix(): string | undefined {
    return this.problem.fix ?? undefined
  }

  get isConflict(): boolean {
    return this.status === 409
  }
}

/** Reads any failed response, also those a proxy wrote in its own words. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const media = response.headers.get('content-type') ?? ''
  if (media.includes('json')) {
    const body: unknown = await response.json().catch(() => null)
    if (body !== null && typeof body === 'object' && 'title' in body) {
      return new ProblemError({
        type: 'about:blank',
        ...(body as object),
        status: response.status,
      } as Problem)
    }
  }
  return new ProblemError({
    type: 'about:blank',
    title: response.statusText || `The server answered ${response.status}`,
    status: response.status,
    fix:
      response.status >= 500
        ? 'Try again; if it stays, look at the server log or run `workbench doctor`.'
        : null,
  })
}

/** Whether a part of the app itself could not be fetched: an update has taken it away, or the server is. */
const isMissingPart = (error: unknown) =>
  error instanceof TypeError && /dynamically imported module|module script/i.test(error.message)

/** The sentence to show for anything thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ProblemError) return error.message
  if (isMissingPart(error)) return 'The workbench was updated since this page was opened, or is not running.'
  if (error instanceof TypeError) return 'The server cannot be reached.'
  return error instanceof Error ? error.message : String(error)
}

export function fixOf(error: unknown): string | undefined {
  if (error instanceof ProblemError) return error.fix
  if (isMissingPart(error)) return 'Load the page again.'
  if (error instanceof TypeError) return 'Check that it is running and that you are online, then try again.'
  return undefined
}
