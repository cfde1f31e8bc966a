import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { expect, it } from 'vitest'
import { NothingLeft } from './NothingLeft'
import { trainingSheetQuery, type TrainingSheet } from './review'

it.each([
  ['review', /to approve the training sheet/, 'Open the training sheet', '/generate/t1'],
  ['approved', /to export it/, 'Open the exports', '/generate/t1?tab=exports'],
] as const)('says what comes next in state %s', (state, says, link, to) => {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
  client.setQueryData(trainingSheetQuery('t1').queryKey, { id: 't1', state } as TrainingSheet)
  render(
    <QueryClientProvider client={client}>
      <MemoryRouter>
        <NothingLeft
          trainingSheetId="t1"
          state="done"
          held={0}
          counts={undefined}
          onLook={() => Promise.resolve()}
        />
      </MemoryRouter>
    </QueryClientProvider>,
  )
  expect(screen.getByText(says)).toBeVisible()
  expect(screen.getByRole('link', { name: link })).toHaveAttribute('href', to)
})
