import { expect, it } from 'vitest'
import { noSteps, settledIn, stepBack, stepForth, stepped, type Steps } from './steps'

interface Content {
  answer: string
  note: string
}
const none: Steps<Content> = noSteps
const [empty, noted, picked, changed] = [
  { answer: '', note: '' },
  { answer: '', note: 'Ask' },
  { answer: 'a', note: 'Ask' },
  { answer: 'b', note: 'Ask' },
] as const satisfies Content[]

const moved = (taken: ReturnType<typeof stepBack<Content>>) => {
  if (!taken) throw new Error('there is a step')
  return [taken.to, taken.steps] as const
}

it('takes one change back after the other, and puts them back in their order', () => {
  const steps = stepped(stepped(stepped(none, empty, 'note'), noted), picked)
  const [first, one] = moved(stepBack(steps, changed))
  const [second, two] = moved(stepBack(one, first))
  const [third, three] = moved(stepBack(two, second))
  expect([first, second, third]).toEqual([picked, noted, empty])
  expect(stepBack(three, third)).toBeUndefined()
  const [again, rest] = moved(stepForth(three, third))
  expect([again, ...rest.after]).toEqual([noted, picked, changed])
})

it('takes what is typed in one field for one change, and a new change away from what was taken back', () => {
  const typed = stepped(stepped(none, empty, 'note'), { ...empty, note: 'A' }, 'note')
  expect(typed.before).toEqual([empty])
  expect(stepped(typed, noted).before).toEqual([empty, noted])
  const [, back] = moved(stepBack(stepped(typed, noted), picked))
  expect(back.after).toEqual([picked])
  expect(stepped(back, noted).after).toEqual([])
})

it('leaves what stands for good as it is', () => {
  const steps = stepped(stepped(none, empty, 'note'), noted)
  expect(settledIn(steps, { note: 'Ask' }, picked).before).toEqual([noted])
  expect(settledIn(stepped(none, empty, 'note'), { note: 'Ask' }, noted).before).toEqual([])
  const [, back] = moved(stepBack(steps, picked))
  const told = { ...noted, note: 'Told' }
  expect(settledIn(back, { note: 'Told' }, told).after).toEqual([{ ...picked, note: 'Told' }])
})
