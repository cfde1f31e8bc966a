/** How the app keeps and refreshes what the server said. */
import { QueryClient } from '@tanstack/react-query'
import { ProblemError } from './problem'

/** Refusals are answers: only what may pass by itself (no network, 5xx) is asked again. */
function mayPass(failures: number, error: unknown): boolean {
  if (error instanceof ProblemError && error.status < 500) return false
  return failures < 2
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 10_000, retry: mayPass, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  })
}
