import { expect, test } from 'vitest'
import { placesOf } from './layout'

test('what was made stands to the right of what it was made from', () => {
  const at = '2026-01-01T00:00:00Z'
  const places = placesOf({
    focus: 'sheet:1',
    truncated: false,
    nodes: [
      { kind: 'sheet', ref: '1', name: 'Sample sheet' },
      { kind: 'table', ref: 'main.sample.rows', name: 'rows' },
    ],
    edges: [{ source: 'table:main.sample.rows', target: 'sheet:1', details: {}, at }],
  })
  expect(places.get('table:main.sample.rows')?.x).toBeLessThan(places.get('sheet:1')?.x ?? 0)
})
