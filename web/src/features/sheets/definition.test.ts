import { describe, expect, it } from 'vitest'
import { ProblemError } from '@/api/problem'
import {
  aliasFor,
  emptyDefinition,
  isBeside,
  isFinished,
  likelyKeys,
  likelyPattern,
  saidOf,
  tryable,
} from './definition'
import type { Source } from './sheets'

const photos: Source = {
  kind: 'volume',
  name: 'main.sample.photos',
  alias: 'photos',
  many: false,
  join: { key: 'board', pattern: '{key}.*' },
}

describe('a definition being written', () => {
  it('is tried once it has a table and a key, without the sources that are unfinished', () => {
    const begun = emptyDefinition('main.sample.boards')
    expect(tryable(begun)).toBeUndefined()
    const keyed = { ...begun, item_key: ['board'], secondary_sources: [photos, { ...photos, name: '' }] }
    expect(tryable(keyed)?.secondary_sources).toEqual([photos])
    expect(isFinished(keyed)).toBe(false)
    expect(isFinished({ ...keyed, secondary_sources: [photos] })).toBe(true)
  })

  it('is unfinished while a join lacks a column or a pattern lacks its key', () => {
    const with_ = (source: Source) =>
      isFinished({
        ...emptyDefinition('main.sample.boards'),
        item_key: ['board'],
        secondary_sources: [source],
      })
    const join = { left: ['board'], right: [''] }
    expect(with_({ kind: 'table', name: 'a.b.c', alias: 'c', many: false, columns: null, join })).toBe(false)
    expect(with_({ ...photos, join: { key: 'board', pattern: '*.jpg' } })).toBe(false)
  })
})

it('finds aliases that no other source has', () => {
  expect(aliasFor('main.sample.photos', [])).toBe('photos')
  expect(aliasFor('main.sample.photos', ['Photos', 'photos_2'])).toBe('photos_3')
  expect(aliasFor('main.sample.2d-scans', [])).toBe('_2d_scans')
})

it('suggests keys by their names, never floats', () => {
  const columns = [
    { name: 'amount', type_text: 'double' },
    { name: 'note', type_text: 'string' },
    { name: 'invoice_id', type_text: 'string' },
    { name: 'id', type_text: 'bigint' },
    { name: 'grid', type_text: 'float' },
  ]
  expect(likelyKeys(columns)).toEqual(['id', 'invoice_id'])
})

it('puts the server’s word beside the field it is about', () => {
  const error = new ProblemError({
    type: 'invalid',
    title: 'Invalid',
    status: 422,
    detail: 'The sheet has no column “foo”.',
    field: 'secondary_sources.0.join.left',
    fix: 'Use board.',
  })
  expect(saidOf(error, 'secondary_sources.0')).toBe('The sheet has no column “foo”. Use board.')
  expect(saidOf(error, 'secondary_sources.1')).toBeUndefined()
  expect(saidOf(error, 'filter')).toBeUndefined()
})

it('knows which words have no field of the form to stand beside', () => {
  const about = (field: string) => new ProblemError({ type: 'invalid', title: 'Invalid', status: 422, field })
  const scan = { kind: 'volume', name: 'main.a.scans', alias: 'scan', many: false } as const
  const definition = {
    ...emptyDefinition('main.a.rows'),
    secondary_sources: [{ ...scan, join: { key: 'id', pattern: '{key}.*' } }],
  }
  expect(isBeside(about('filter'), definition)).toBe(true)
  expect(isBeside(about('scan.join'), definition)).toBe(true)
  expect(isBeside(about('item_ref'), definition)).toBe(false)
})

describe('the pattern that files of items are likely to have', () => {
  const files = [
    'front/p1.png',
    'front/p12.png',
    'back/p1_b.png',
    'back/p12_b.png',
    'back/p9_b.png',
    'notes.txt',
  ]
  it('is the commonest that no other join has', () => {
    expect(likelyPattern(['p1', 'p12', 'p9'], files, [])).toBe('back/{key}_b.png')
    expect(likelyPattern(['p1', 'p12', 'p9'], files, ['back/{key}_b.png'])).toBe('front/{key}.png')
  })
  it('is none when no file bears a key', () => {
    expect(likelyPattern(['p7', ''], files, [])).toBeUndefined()
  })
})
