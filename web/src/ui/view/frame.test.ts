import { expect, it } from 'vitest'
import { fitted, moved, zoomed } from './frame'

it('keeps the point under the pointer where it is', () => {
  const at = { x: 120, y: -40 }
  const before = moved(fitted, { x: 10, y: 5 })
  const after = zoomed(before, 2, at)
  const under = (frame: typeof before) => [(at.x - frame.x) / frame.scale, (at.y - frame.y) / frame.scale]
  expect(after.scale).toBe(2)
  expect(under(after)).toEqual(under(before))
})

it('stops at its smallest and largest', () => {
  expect(zoomed(fitted, 1000, { x: 0, y: 0 }).scale).toBe(16)
  expect(zoomed(fitted, 0.0001, { x: 0, y: 0 }).scale).toBe(0.25)
})
