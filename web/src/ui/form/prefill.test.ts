import { describe, expect, it } from 'vitest'
import { fromRow, stillAsInRow } from './prefill'

const schema = {
  type: 'object',
  properties: {
    vendor: { type: 'string' },
    total: { type: ['number', 'null'] },
    pages: { type: 'integer' },
    paid: { type: 'boolean' },
    kind: { type: 'string', enum: ['invoice', 'receipt'] },
    currency: { enum: ['EUR', 'USD'] },
    lines: { type: 'array' },
  },
}

describe('fromRow', () => {
  it('takes what has the right type under the same name', () => {
    const row = {
      vendor: 'Fern',
      total: 3.5,
      pages: 2,
      paid: false,
      kind: 'invoice',
      currency: 'EUR',
      other: 1,
    }
    expect(fromRow(schema, row)).toEqual({
      vendor: 'Fern',
      total: 3.5,
      pages: 2,
      paid: false,
      kind: 'invoice',
      currency: 'EUR',
    })
  })

  it('leaves what may not stand there', () => {
    const row = {
      vendor: 3,
      total: 'three',
      pages: 1.5,
      paid: 'yes',
      kind: 'letter',
      currency: 'eur',
      lines: null,
    }
    expect(fromRow(schema, row)).toEqual({})
    expect(fromRow({ enum: ['a'] }, row)).toEqual({})
  })
})

describe('stillAsInRow', () => {
  it('names what was not changed', () => {
    const row = { vendor: 'Fern', pages: 2 }
    expect([...stillAsInRow(schema, row, { vendor: 'Fern', pages: 3 })]).toEqual(['vendor'])
    expect([...stillAsInRow(schema, row, null)]).toEqual([])
  })
})
