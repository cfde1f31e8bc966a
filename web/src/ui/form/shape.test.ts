import { describe, expect, it } from 'vitest'
import { inWords, readShape } from './shape'

describe('readShape', () => {
  it.each([
    ['classes by enum', { enum: ['a', 'b'] }, { kind: 'classes', many: false }],
    ['classes by stable id', { oneOf: [{ const: 'c1', title: 'Urgent' }] }, { kind: 'classes', many: false }],
    [
      'several classes',
      { type: 'array', uniqueItems: true, items: { enum: ['a'] } },
      { kind: 'classes', many: true },
    ],
    ['free text', { type: 'string' }, { kind: 'text', long: true }],
    ['a short text', { type: 'string', maxLength: 20 }, { kind: 'text', long: false }],
    ['a date', { type: 'string', format: 'date' }, { kind: 'text', input: 'date' }],
    ['a number or null', { type: ['number', 'null'] }, { kind: 'number' }],
    [
      'a number or null, the other way',
      { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      { kind: 'number', integer: true },
    ],
    [
      'rows of entities',
      { type: 'array', items: { properties: { x: { type: 'string' } } } },
      { kind: 'list' },
    ],
  ])('reads %s', (_, schema, shape) => expect(readShape(schema)).toMatchObject(shape))

  it.each([
    ['dependent fields', { type: 'object', properties: { a: { type: 'string' } }, if: {}, then: {} }],
    ['alternatives of different shapes', { oneOf: [{ type: 'string' }, { type: 'number' }] }],
    ['a reference', { $ref: '#/$defs/x' }],
    ['anything at all', {}],
    [
      'a rare shape deep inside',
      { type: 'object', properties: { a: { type: 'array', items: { $ref: '#' } } } },
    ],
  ])('leaves %s to the fallback', (_, schema) => expect(readShape(schema)).toBeUndefined())

  it('names fields in words', () => {
    expect([inWords('total_amount'), inWords('invoiceDate'), inWords('x')]).toEqual([
      'Total amount',
      'Invoice date',
      'X',
    ])
  })
})
