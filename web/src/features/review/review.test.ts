import { expect, test } from 'vitest'
import { saysTheSame, type Decided, type PairDetail } from './review'

const ask = [{ role: 'user', content: 'What tone?' }]
const seen = {
  value: null,
  messages: ask,
  notes: null,
  status: 'unlabeled',
  label: null,
} as unknown as PairDetail
const mine: Decided = {
  pair: seen,
  work: { value: 'kind', messages: ask, notes: '', confidence: 'high' },
  decision: 'approve',
}
const theirs = {
  ...seen,
  value: 'kind',
  status: 'labeled',
  label: { value: 'kind', confidence: 'high' },
} as unknown as PairDetail

test('an equal answer to an equal prompt leaves nothing to choose', () => {
  expect(saysTheSame(theirs, mine)).toBe(true)
})

test.each<[string, object, object]>([
  ['another answer', { value: 'angry' }, {}],
  ['another prompt', { messages: [{ role: 'user', content: 'Which tone?' }] }, {}],
  ['another label', { label: { value: 'angry', confidence: 'high' } }, {}],
  ['less sure', { label: { value: 'kind', confidence: 'low' } }, {}],
  ['not decided', { status: 'flagged' }, {}],
  ['a note of mine', {}, { work: { ...mine.work, notes: 'Odd.' } }],
  ['a prompt of mine', {}, { work: { ...mine.work, messages: [] } }],
  ['a rejection', {}, { decision: 'reject' }],
])('there is something to choose: %s', (_name, them, me) => {
  expect(saysTheSame({ ...theirs, ...them }, { ...mine, ...me })).toBe(false)
})
