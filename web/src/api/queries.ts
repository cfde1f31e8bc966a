/** How the app keeps and refreshes what the server said. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ProblemError } from './problem'

/** Refusals are answers: only what may pass by itself (no network, 5xx) is asked again. */
function mayPass(failures: number, error: unknown): boolean {
  if (error instanceof ProblemError && error.status < 500) return false
  return failures < 2
}

export function makeQueryClient(): QueryClient {
  // A session that ended shows the sign-in page over the same address, and comes back to it.
  const onError = (error: unknown) => {
    if (error instanceof ProblemError && error.status === 401) client.setQueryData(['me'], null)
  }
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: 10_000, retry: mayPass },
      mutations: { retry: false },
    },
  })
  return client
}
