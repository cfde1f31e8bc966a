import { QueryClient, QueryClientProvider, useInfiniteQuery } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { MemoryRouter, useLocation } from 'react-router'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { pagedQuery, type Page } from '@/api/pages'
import { ProblemError } from '@/api/problem'
import { useListState } from '@/lib/urlState'
import { DataTable } from './DataTable'
import { nothing, type Selection } from './selection'

interface Row {
  id: string
  name: string
}
type Fetch = (query: Record<string, string>, cursor: string | undefined) => Promise<Page<Row>>

beforeAll(() => {
  // jsdom lays nothing out: rows are drawn as if the panel were this tall.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(400)
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800)
})

function Sample({ fetch }: { fetch: Fetch }) {
  const list = useListState(['status'], 'name')
  const [selection, setSelection] = useState<Selection>(nothing)
  const query = useInfiniteQuery(pagedQuery(['rows', list.query], (cursor) => fetch(list.query, cursor)))
  return (
    <>
      <DataTable
        noun="sheet"
        list={list}
        query={query}
        rowId={(row) => row.id}
        rowLabel={(row) => row.name}
        rowTo={(row) => `/sheets/${row.id}`}
        searchLabel="Search sheets"
        filters={[{ name: 'status', label: 'Any status', options: [{ value: 'draft', label: 'Draft' }] }]}
        columns={[{ id: 'name', header: 'Name', sort: 'name', cell: (row) => row.name }]}
        actions={<button>New sheet</button>}
        selection={selection}
        onSelect={setSelection}
        empty={<button>Make the first sheet</button>}
      />
      <output>{useLocation().search}</output>
    </>
  )
}

function show(fetch: Fetch, at = '/') {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  return render(
    <QueryClientProvider client={client}>
      <MemoryRouter initialEntries={[at]}>
        <Sample fetch={fetch} />
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

const two: Page<Row> = {
  items: [
    { id: '1', name: 'Boards' },
    { id: '2', name: 'Invoices' },
  ],
  next_cursor: null,
  total: 2,
}

describe('DataTable', () => {
  it('asks the server with what the URL says', async () => {
    const fetch = vi.fn(() => Promise.resolve(two))
    show(fetch, '/?search=bo&status=draft&sort=-name')
    await screen.findByRole('link', { name: 'Boards' })
    expect(fetch).toHaveBeenCalledWith({ search: 'bo', status: 'draft', sort: '-name' }, undefined)
    expect(screen.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'descending')
  })

  it('keeps search, filter and sort in the URL', async () => {
    show(() => Promise.resolve(two))
    const user = userEvent.setup()
    await user.selectOptions(await screen.findByLabelText('Any status'), 'draft')
    await user.click(screen.getByRole('button', { name: 'Name' }))
    await user.type(screen.getByLabelText('Search sheets'), 'inv')
    await waitFor(() =>
      expect(screen.getByRole('status')).toHaveTextContent('?status=draft&sort=-name&search=inv'),
    )
  })

  it('fetches the next page by its cursor and joins it', async () => {
    const fetch = vi.fn((_: Record<string, string>, cursor: string | undefined) =>
      Promise.resolve(
        cursor ? { items: [{ id: '3', name: 'Scans' }], next_cursor: null } : { ...two, next_cursor: 'c1' },
      ),
    )
    show(fetch)
    expect(await screen.findByRole('link', { name: 'Scans' })).toHaveAttribute('href', '/sheets/3')
    expect(fetch).toHaveBeenLastCalledWith({ sort: 'name' }, 'c1')
  })

  it('offers the whole query once rows are selected', async () => {
    show(() => Promise.resolve({ ...two, total: 900 }))
    const user = userEvent.setup()
    await user.click(await screen.findByLabelText('Select Boards'))
    expect(screen.getByText('1 selected')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Select all 900 matching this query' }))
    expect(screen.getByText('900 selected')).toBeVisible()
    await user.click(screen.getByLabelText('Select Invoices'))
    expect(screen.getByText('899 selected')).toBeVisible()
  })

  it('teaches when there is nothing, and says when only the search finds nothing', async () => {
    const none = () => Promise.resolve({ items: [], next_cursor: null })
    show(none)
    expect(await screen.findByText('Make the first sheet')).toBeVisible()
    expect(screen.queryByText('New sheet')).toBeNull()
    show(none, '/?search=zzz')
    expect(await screen.findByText('No sheet matches')).toBeVisible()
    expect(screen.getByText('New sheet')).toBeVisible()
  })

  it('shows what went wrong and what to do', async () => {
    const problem = {
      type: 'x',
      title: 'X',
      status: 422,
      detail: 'There is no column “nam”.',
      fix: 'Sort by name.',
    }
    show(() => Promise.reject(new ProblemError(problem)))
    expect(await screen.findByText('There is no column “nam”.')).toBeVisible()
    expect(screen.getByText('Sort by name.')).toBeVisible()
  })
})
