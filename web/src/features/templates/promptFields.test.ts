import { expect, it } from 'vitest'
import type { ItemField } from '@/features/sheets'
import { promptFields } from './promptFields'

const value = (name: string): ItemField => ({
  name,
  kind: 'value',
  type: 'string',
  many: false,
  source: '',
  fields: [],
})
const struct = (many: boolean): ItemField => ({
  ...value('lines'),
  kind: 'struct',
  type: 'struct<text:string,total:string>',
  many,
  fields: [value('lines.text'), value('lines.total')],
})

it('shows a picture as a picture, and the fields of a joined row by their full name, once', () => {
  const pieces = promptFields([value('note'), { ...value('photo'), kind: 'file' }, struct(false)])
  expect(pieces.map(({ piece }) => piece)).toEqual([
    '{{ note }}',
    '{{ image(photo) }}',
    '{{ lines }}',
    '{{ lines.text }}',
    '{{ lines.total }}',
  ])
})

it('shows joined rows by a loop: their fields are nothing outside of it', () => {
  expect(promptFields([struct(true)]).map(({ name, piece }) => [name, piece])).toEqual([
    ['lines', '{% for row in lines %}\n{{ row.text }} {{ row.total }}\n{% endfor %}'],
  ])
})

it('shows each of an item’s several pictures', () => {
  expect(promptFields([{ ...value('photos'), kind: 'file', many: true }])[0]?.piece).toBe(
    '{% for file in photos %}{{ image(file) }}{% endfor %}',
  )
})

it('spells names that are no single word as Jinja can read them', () => {
  const pieces = promptFields([
    value('order id'),
    value('self'),
    value("the customer's"),
    { ...struct(true), fields: [value('lines.unit price'), value('lines.in')] },
  ])
  expect(pieces.map(({ piece }) => piece)).toEqual([
    "{{ item['order id'] }}",
    "{{ item['self'] }}",
    "{{ item['the customer\\'s'] }}",
    "{% for row in lines %}\n{{ row['unit price'] }} {{ row['in'] }}\n{% endfor %}",
  ])
})
