import { fireEvent, render as renderAlone, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import { TooltipProvider } from '../Tooltip'
import { ClassButtons } from './ClassButtons'

function Sample({ classes }: { classes: number }) {
  const [value, setValue] = useState<unknown>([])
  const choices = Array.from({ length: classes }, (_, n) => ({
    value: `c${n}`,
    label: `Class ${n}`,
    hint: undefined,
  }))
  return (
    <>
      <ClassButtons choices={choices} many value={value} onChange={setValue} keyed label="Kinds" />
      <output aria-label="picked">{JSON.stringify(value)}</output>
    </>
  )
}

const show = (classes: number) => renderAlone(<Sample classes={classes} />, { wrapper: TooltipProvider })
const search = () => screen.getByPlaceholderText(/^Search/)
const picked = () => screen.getByLabelText('picked').textContent

describe.each([12, 30])('the search among %i classes', (classes) => {
  it('says when nothing matches, and Enter then picks nothing and keeps what was typed', async () => {
    show(classes)
    const user = userEvent.setup()
    await user.type(search(), 'slate')
    expect(screen.getByText('No class matches.')).toHaveRole('status')
    await user.keyboard('{Enter}')
    expect(picked()).toBe('[]')
    expect(search()).toHaveValue('slate')
    expect(search()).toHaveFocus()
  })

  it('picks by Enter, and not while a character is being composed', async () => {
    show(classes)
    await userEvent.type(search(), 'Class 11')
    fireEvent.keyDown(search(), { key: 'Enter', isComposing: true })
    expect(picked()).toBe('[]')
    fireEvent.keyDown(search(), { key: 'Enter' })
    expect(picked()).toBe('["c11"]')
  })
})
