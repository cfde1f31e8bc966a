/** Who is signed in, in which workspace, and what they may do there. */
import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { answer, api, rememberCsrf, type Schemas } from './client'
import { ProblemError } from './problem'

export type Me = Schemas['Me']

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me | null> => {
    try {
      const me = await answer(api.GET('/api/v1/me'))
      rememberCsrf(me.csrf_token)
      return me
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null
      throw error
    }
  },
  staleTime: 60_000,
})

/** For the door of the app: null when nobody is signed in. */
export function useMaybeMe() {
  return useQuery(meQuery)
}

/** For everything behind the door. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(meQuery)
  if (!data) throw new Error('Nobody is signed in.')
  return data
}

export function useMay(permission: string): boolean {
  return useMe().permissions.includes(permission)
}
