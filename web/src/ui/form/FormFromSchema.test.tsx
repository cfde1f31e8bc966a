import { fireEvent, render as renderAlone, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState, type ReactElement } from 'react'

import { describe, expect, it, vi } from 'vitest'
import { TooltipProvider } from '../Tooltip'
import { FormFromSchema, type FormFromSchemaProps } from './FormFromSchema'
import type { JsonSchema } from './shape'
import { makeChecker, withoutBlanks } from './validate'

const invoice: JsonSchema = {
  type: 'object',
  required: ['urgency', 'total'],
  properties: {
    urgency: {
      title: 'Urgency',
      oneOf: [
        { const: 'c1', title: 'Urgent' },
        { const: 'c2', title: 'Routine' },
      ],
    },
    total: { type: 'number', title: 'Total' },
    lines: {
      type: 'array',
      title: 'Lines',
      items: { type: 'object', properties: { code: { type: 'string', maxLength: 9 } } },
    },
  },
}

function Sample({
  onValue,
  start,
  ...rest
}: { onValue: (value: unknown) => void; start?: unknown } & Partial<FormFromSchemaProps>) {
  const [value, setValue] = useState<unknown>(start)
  const change = (next: unknown) => {
    setValue(next)
    onValue(next)
  }
  return <FormFromSchema schema={invoice} value={value} onChange={change} keyed {...rest} />
}

const render = (page: ReactElement) => renderAlone(page, { wrapper: TooltipProvider })

describe('FormFromSchema', () => {
  it('picks classes by the printed number and by click', async () => {
    const onValue = vi.fn()
    render(<Sample onValue={onValue} />)
    fireEvent.keyDown(document.body, { key: '2', code: 'Digit2' })
    expect(onValue).toHaveBeenLastCalledWith({ urgency: 'c2' })
    expect(screen.getByRole('button', { name: 'Routine', pressed: true })).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Urgent' }))
    expect(onValue).toHaveBeenLastCalledWith({ urgency: 'c1' })
  })

  it('leaves digits alone while a person types', async () => {
    const onValue = vi.fn()
    render(<Sample onValue={onValue} />)
    await userEvent.type(screen.getByLabelText(/Total/), '12.5')
    expect(onValue).toHaveBeenLastCalledWith({ total: 12.5 })
  })

  it('keeps what cannot be a number, for the reason to stand beside it', async () => {
    const onValue = vi.fn()
    render(<Sample onValue={onValue} errors={{ total: 'This must be a number, not text.' }} />)
    await userEvent.type(screen.getByLabelText(/Total/), '12,5')
    expect(onValue).toHaveBeenLastCalledWith({ total: '12,5' })
    expect(screen.getByLabelText(/Total/)).toHaveAccessibleDescription('This must be a number, not text.')
  })

  it.each([
    ['  ', undefined],
    ['-3.50', -3.5],
    ['1e3', 1000],
    ['0x10', '0x10'],
    ['9007199254740993', '9007199254740993'],
  ])('sends what is shown: %j as %j', async (typed, total) => {
    const onValue = vi.fn()
    render(<Sample onValue={onValue} start={{ total: 7 }} />)
    const field = screen.getByLabelText(/Total/)
    await userEvent.clear(field)
    await userEvent.type(field, typed)
    expect(onValue).toHaveBeenLastCalledWith(total === undefined ? {} : { total })
  })

  it('adds and removes rows of entities', async () => {
    const onValue = vi.fn()
    render(<Sample onValue={onValue} />)
    await userEvent.click(screen.getByRole('button', { name: 'Add' }))
    await userEvent.type(screen.getByLabelText('Code'), 'A1')
    expect(onValue).toHaveBeenLastCalledWith({ lines: [{ code: 'A1' }] })
    await userEvent.click(screen.getByRole('button', { name: 'Remove Lines 1' }))
    expect(onValue).toHaveBeenLastCalledWith({ lines: [] })
  })

  it('asks yes or no where that is needed: a box that nobody ticked would look like a no', async () => {
    const onValue = vi.fn()
    const schema: JsonSchema = {
      type: 'object',
      required: ['paid'],
      properties: { paid: { type: 'boolean' } },
    }
    render(<Sample onValue={onValue} schema={schema} errors={{ paid: 'This is needed.' }} />)
    expect(screen.getByRole('group', { name: 'Paid' })).toHaveAccessibleDescription('This is needed.')
    await userEvent.click(screen.getByRole('button', { name: 'no', pressed: false }))
    expect(onValue).toHaveBeenLastCalledWith({ paid: false })
    expect(screen.getByRole('button', { name: 'no', pressed: true })).toBeVisible()
  })

  it('marks what came from the source row', () => {
    render(<Sample onValue={() => {}} start={{ total: 3 }} prefilled={new Set(['total'])} />)
    expect(screen.getByText('from the row')).toBeVisible()
  })

  const patience = { timeout: 15_000 } // the fallback is loaded when first needed

  it('draws dependent fields by the fallback', async () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: { defect: { type: 'boolean', title: 'Defect' } },
      if: { properties: { defect: { const: true } }, required: ['defect'] },
      then: { properties: { kind: { type: 'string', title: 'Kind' } } },
    }
    render(<Sample onValue={() => {}} schema={schema} start={{ defect: false }} />)
    await userEvent.click(await screen.findByLabelText('Defect', {}, patience))
    expect(await screen.findByLabelText('Kind')).toBeVisible()
  })
})

describe('makeChecker', () => {
  const check = makeChecker(invoice)
  it.each([
    ['nothing', undefined, { '': 'Nothing is answered yet.' }],
    ['missing fields', { urgency: 'c1' }, { total: 'This is needed.' }],
    ['a wrong type', { urgency: 'c1', total: 'abc' }, { total: 'This must be a number, not text.' }],
    ['an unknown class', { urgency: 'zz', total: 1 }, { urgency: 'Choose one of the classes.' }],
    [
      'an error deep inside',
      { urgency: 'c1', total: 1, lines: [{ code: 'far too long' }] },
      { 'lines.0.code': 'This must have at most 9 characters.' },
    ],
    ['a right answer', { urgency: 'c1', total: 1 }, {}],
  ])('says what is wrong with %s', (_, value, errors) => expect(check(value)).toEqual(errors))
})

it('leaves out what was left blank', () => {
  const typed = { a: '', b: undefined, c: [{ d: '', e: 0 }], f: false, g: { h: '', i: { j: undefined } } }
  expect(withoutBlanks(typed)).toEqual({ c: [{ e: 0 }], f: false })
})

it('says in words that a text is not written as the schema wants it', () => {
  const check = makeChecker({
    type: 'object',
    properties: { total: { type: 'string', pattern: '^[0-9.]+$' } },
  })
  expect(check({ total: 'nine' })).toEqual({
    total: 'This is not written as the labelset asks for: ^[0-9.]+$',
  })
})
