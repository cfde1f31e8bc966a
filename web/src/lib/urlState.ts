/** What a list shows, kept in the URL alone: search, filters and sort, so a link repeats what a person sees. */
import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'

export interface ListState {
  search: string
  /** `name` ascending, `-name` descending, as the server takes it. */
  sort: string | undefined
  filters: Record<string, string>
}

export interface ListControls extends ListState {
  setSearch: (search: string) => void
  setSort: (sort: string | undefined) => void
  setFilter: (name: string, value: string | undefined) => void
  clear: () => void
  /** The same state as the server's query parameters, blanks left out. */
  query: Record<string, string>
}

export function readListState(params: URLSearchParams, filterNames: readonly string[]): ListState {
  const filters: Record<string, string> = {}
  for (const name of filterNames) {
    const value = params.get(name)
    if (value) filters[name] = value
  }
  return { search: params.get('search') ?? '', sort: params.get('sort') ?? undefined, filters }
}

/** `filterNames` are the server's own query parameters; anything else in the URL is left untouched. */
export function useListState(filterNames: readonly string[] = [], defaultSort?: string): ListControls {
  const [params, setParams] = useSearchParams()
  const names = filterNames.join(' ')
  const state = useMemo(() => readListState(params, names ? names.split(' ') : []), [params, names])
  const sort = state.sort ?? defaultSort

  const change = useCallback(
    (name: string, value: string | undefined) =>
      setParams(
        (previous) => {
          const next = new URLSearchParams(previous)
          if (value) next.set(name, value)
          else next.delete(name)
          return next
        },
        { replace: name === 'search' },
      ),
    [setParams],
  )
  const clear = useCallback(
    () =>
      setParams((previous) => {
        const next = new URLSearchParams(previous)
        for (const name of ['search', ...(names ? names.split(' ') : [])]) next.delete(name)
        return next
      }),
    [setParams, names],
  )
  return useMemo(
    () => ({
      ...state,
      sort,
      setSearch: (value) => change('search', value),
      setSort: (value) => change('sort', value === defaultSort ? undefined : value),
      setFilter: change,
      clear,
      query: {
        ...state.filters,
        ...(state.search ? { search: state.search } : {}),
        ...(sort ? { sort } : {}),
      },
    }),
    [state, sort, change, clear, defaultSort],
  )
}

/** One URL parameter as state, for tabs and open drawers. */
export function useUrlParameter(name: string, fallback: string): [string, (value: string) => void] {
  const [params, setParams] = useSearchParams()
  const set = useCallback(
    (value: string) =>
      setParams((previous) => {
        const next = new URLSearchParams(previous)
        if (value === fallback) next.delete(name)
        else next.set(name, value)
        return next
      }),
    [name, fallback, setParams],
  )
  return [params.get(name) ?? fallback, set]
}
