import { describe, expect, it } from 'vitest'
import { fixOf, messageOf, problemOf } from './problem'

const answer = (status: number, body: string, media: string) =>
  new Response(body, { status, headers: { 'content-type': media } })

describe('problemOf', () => {
  it('keeps what happened, where, and the fix', async () => {
    const error = await problemOf(
      answer(
        409,
        JSON.stringify({
          type: 'label-changed',
          kind: 'conflict',
          title: 'Label changed',
          detail: 'Someone changed this label.',
          field: 'value',
          fix: 'Compare both versions.',
          details: { current: 3 },
        }),
        'application/problem+json',
      ),
    )
    expect(error.message).toBe('Someone changed this label.')
    expect([error.status, error.type, error.field, error.fix, error.isConflict]).toEqual([
      409,
      'label-changed',
      'value',
      'Compare both versions.',
      true,
    ])
    expect(error.problem.details).toEqual({ current: 3 })
  })

  it.each([
    ['a page of a proxy', answer(502, '<h1>Bad Gateway</h1>', 'text/html')],
    ['JSON of another kind', answer(502, '[1]', 'application/json')],
    ['broken JSON', answer(502, '{', 'application/problem+json')],
  ])('makes sense of %s', async (_, response) => {
    const error = await problemOf(response)
    expect(error.status).toBe(502)
    expect(error.message).not.toBe('')
    expect(error.fix).toContain('Try again')
  })
})

it('says that the server is away in place of the browser’s own words', () => {
  const error = new TypeError('Failed to fetch')
  expect(messageOf(error)).toBe('The server cannot be reached.')
  expect(fixOf(error)).toBeDefined()
})

it.each([
  'Failed to fetch dynamically imported module: http://127.0.0.1/assets/page-1a2b.js',
  'error loading dynamically imported module: http://127.0.0.1/assets/page-1a2b.js',
  'Importing a module script failed.',
])('says that a page of an older version is to be loaded again: %s', (said) => {
  const error = new TypeError(said)
  expect(messageOf(error)).toContain('was updated since')
  expect(fixOf(error)).toBe('Load the page again.')
})
