import { expect, it } from 'vitest'
import type { ListState } from '@/lib/urlState'
import { filterOf, leftBehind } from './bulk'

it('asks the server for what the list shows', () => {
  const asked = (filters: Record<string, string>, search = '') =>
    filterOf({ search, filters } as unknown as ListState)
  expect(asked({})).toEqual({})
  expect(asked({ status: 'flagged', only: 'stale', sure: 'from-9' }, 'q1')).toEqual({
    search: 'q1',
    status: ['flagged'],
    stale: true,
    least_confidence: 0.85,
  })
  expect(asked({ sure: 'to-5', only: 'made up' })).toEqual({ most_confidence: 0.55 })
  expect(asked({ sure: 'made up' })).toEqual({})
})

it('tells what a decision on many left behind, and why', () => {
  expect(leftBehind({ result: { no_answer: 62 } })).toBe('62 pairs stay as they are: 62 without an answer.')
  expect(leftBehind({ result: { decided: 4, no_answer: 1 } })).toBe(
    '1 pair stays as it is: 1 without an answer.',
  )
  expect(leftBehind({ result: { decided: 4, already_so: 2, label_changed: 1 } })).toBe(
    '3 pairs stay as they are: 2 so already, 1 with a newer label.',
  )
  expect(leftBehind({ result: { decided: 4 } })).toBeUndefined()
  expect(leftBehind({ result: null })).toBeUndefined()
})
