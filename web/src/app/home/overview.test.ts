import { describe, expect, it } from 'vitest'
import { barOf, nextSteps, reusedLabels, type Overview, type TrainingSheet } from './overview'

const none = { total: 0, unlabeled: 0, labeled: 0, rejected: 0, flagged: 0, reused: 0, stale: 0, failed: 0 }
const training = (state: TrainingSheet['state'], counts: Partial<TrainingSheet['counts']>): TrainingSheet =>
  ({ id: 'x', name: 'Sample', state, counts: { ...none, ...counts } }) as TrainingSheet
const empty: Overview = {
  sheets: 0,
  publishedSheets: 0,
  labelsets: 0,
  templates: 0,
  trainingSheets: [],
  exports: 0,
}
const titles = (overview: Partial<Overview>) => nextSteps({ ...empty, ...overview }).map(({ title }) => title)

describe('nextSteps', () => {
  it('begins with data, a sheet and a labelset', () => {
    expect(titles({})).toEqual(['Bring your data', 'Make a sheet', 'Make a labelset'])
  })

  it('goes on to what the last step made possible', () => {
    expect(titles({ sheets: 1, publishedSheets: 1, labelsets: 1 })).toEqual(['Write a template'])
    expect(titles({ sheets: 1, publishedSheets: 1, labelsets: 1, templates: 1 })).toEqual([
      'Generate a training sheet',
    ])
  })

  it('puts waiting reviews before anything new, and approval once nothing waits', () => {
    const ready = { sheets: 1, publishedSheets: 1, labelsets: 1, templates: 1 }
    const waiting = training('review', { total: 10, unlabeled: 3, labeled: 7 })
    const done = training('review', { total: 10, labeled: 9, rejected: 1 })
    expect(titles({ ...ready, trainingSheets: [waiting, done] })).toEqual(['Review Sample', 'Approve Sample'])
  })

  it('asks for an export of what is approved, once', () => {
    const approved = training('approved', { total: 1, labeled: 1 })
    const ready = { sheets: 1, publishedSheets: 1, labelsets: 1, templates: 1, trainingSheets: [approved] }
    expect(titles(ready)).toEqual(['Export Sample'])
    expect(titles({ ...ready, exports: 1 })).toEqual([])
  })
})

it('tells reused answers apart without counting a pair twice', () => {
  const sheet = training('review', { total: 10, labeled: 6, reused: 7, rejected: 2, unlabeled: 2 })
  expect(barOf(sheet)).toEqual({ labeled: 0, reused: 6, flagged: 0, rejected: 2, unlabeled: 2 })
  expect(reusedLabels([sheet, sheet])).toBe(14)
})
