import { describe, expect, it } from 'vitest'
import { ago, duration } from './dates'
import { bytes, countOf, share, short } from './numbers'

describe('numbers', () => {
  it('never round a share to nothing or to everything', () => {
    expect([share(1, 1000), share(999, 1000), share(0, 10), share(10, 10), share(1, 0)]).toEqual([
      '<1%',
      '>99%',
      '0%',
      '100%',
      '–',
    ])
  })

  it('read as people write them', () => {
    expect(countOf(1, 'pair')).toBe('1 pair')
    expect(countOf(2, 'class', 'classes')).toBe('2 classes')
    expect(short(1_250_000)).toBe('1.3M')
    expect([bytes(999), bytes(1500), bytes(12_300_000)]).toEqual(['999 B', '1.5 kB', '12 MB'])
  })
})

describe('dates', () => {
  const now = new Date('2026-03-01T12:00:00Z')
  it.each([
    ['2026-03-01T11:59:58Z', 'just now'],
    ['2026-03-01T11:20:00Z', '40 min. ago'],
    ['2026-02-28T12:00:00Z', 'yesterday'],
    ['2025-12-01T12:00:00Z', '3 mo. ago'],
    ['2026-03-01T12:30:00Z', 'in 30 min.'],
  ])('%s is %s', (moment, words) => expect(ago(moment, now)).toBe(words))

  it('shows the two largest units of a duration', () => {
    expect([4, 250, 7500, 200_000].map(duration)).toEqual(['4 s', '4 min 10 s', '2 h 5 min', '2 d 7 h'])
  })
})
