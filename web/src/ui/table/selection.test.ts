import { expect, it } from 'vitest'
import { everything, isNothing, isSelected, nothing, selectedCount, setAll, toggle } from './selection'

it('selects single rows', () => {
  const one = toggle(nothing, 'a')
  expect(isSelected(one, 'a')).toBe(true)
  expect(selectedCount(one, 900)).toBe(1)
  expect(isNothing(toggle(one, 'a'))).toBe(true)
})

it('selects the whole query but a few, whether or not they are loaded', () => {
  const most = toggle(everything, 'b')
  expect([isSelected(most, 'b'), isSelected(most, 'never loaded')]).toEqual([false, true])
  expect(selectedCount(most, 900)).toBe(899)
  expect(selectedCount(most, undefined)).toBeUndefined()
})

it('selects a range without touching what is selected already', () => {
  const range = setAll(toggle(nothing, 'b'), ['a', 'b', 'c'], true)
  expect(selectedCount(range, undefined)).toBe(3)
  expect(isNothing(setAll(range, ['a', 'b', 'c'], false))).toBe(true)
})
