import { expect, it } from 'vitest'
import { leftBehind } from './bulk'

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
