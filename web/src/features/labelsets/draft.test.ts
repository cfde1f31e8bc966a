import { expect, test } from 'vitest'
import { contentOf, problemOfSchema, renamed, unfinished } from './draft'

const row = { key: 'a', id: null, name: ' Urgent ', description: '' }

test('a schema is kept when it is empty or an object, and its fault names the line', () => {
  expect(problemOfSchema('')).toBeUndefined()
  expect(problemOfSchema('{"type": "object"}')).toBeUndefined()
  expect(problemOfSchema('[]')?.message).toContain('object')
  expect(problemOfSchema('{"type": }')?.message).toContain('not JSON')
})

test('a class without a name waits; names are trimmed on the way', () => {
  const content = { classes: [row], schema: '', instructions: '' }
  expect(unfinished(content)).toBe(false)
  expect(unfinished({ ...content, classes: [{ ...row, name: ' ' }] })).toBe(true)
  expect(contentOf(content).classes).toEqual([{ id: null, name: 'Urgent', description: '' }])
  expect(contentOf(content).response_schema).toEqual({})
})

test('an id made from a name follows the name until it is published; one that was chosen stays', () => {
  const scratch = { ...row, id: 'scratch', name: 'Scratch' }
  expect(renamed(scratch, 'Open', new Set())).toEqual({ name: 'Open', id: null })
  expect(renamed(scratch, 'Open', new Set(['scratch']))).toEqual({ name: 'Open' })
  expect(renamed({ ...scratch, id: 'c1' }, 'Open', new Set())).toEqual({ name: 'Open' })
})
