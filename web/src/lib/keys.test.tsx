import { fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bindingOf, conflictsOf, keyNames, remap, resetKeys } from './keys'
import { enterSubmits, useKey } from './useKey'

afterEach(resetKeys)

function Page({ act }: { act: () => void }) {
  useKey('review.submit', act)
  return (
    <>
      <input aria-label="note" />
      <button>Other</button>
      <button data-enter-submits aria-pressed>
        Picked
      </button>
      <button aria-pressed={false} {...enterSubmits(() => {})}>
        Class
      </button>
      <p>text</p>
    </>
  )
}

describe('bindings', () => {
  it('never give one key to two things of the same group', () => {
    const taken = keyNames.flatMap((name) =>
      bindingOf(name).keys.flatMap((key) =>
        conflictsOf(name, key).map((other) => `${key}: ${name}, ${other}`),
      ),
    )
    expect(taken).toEqual([])
  })

  it('survive a reload when remapped, and come back when reset', () => {
    remap('review.approve', 'y')
    expect(bindingOf('review.approve').keys).toEqual(['y'])
    expect(localStorage.getItem('workbench.keys')).toContain('"y"')
    resetKeys()
    expect(bindingOf('review.approve').keys).toEqual(['a'])
    expect(localStorage.getItem('workbench.keys')).toBeNull()
  })
})

describe('useKey', () => {
  it('acts outside fields, and not while typing or pressing a focused button', () => {
    const act = vi.fn()
    render(<Page act={act} />)
    fireEvent.keyDown(screen.getByText('text'), { key: 'Enter' })
    expect(act).toHaveBeenCalledTimes(1)
    fireEvent.keyDown(screen.getByLabelText('note'), { key: 'Enter' })
    fireEvent.keyDown(screen.getByText('Other'), { key: 'Enter' })
    expect(act).toHaveBeenCalledTimes(1)
    fireEvent.keyDown(screen.getByText('Class'), { key: 'Enter' })
    expect(act).toHaveBeenCalledTimes(1)
    fireEvent.keyDown(screen.getByText('Picked'), { key: 'Enter' })
    expect(act).toHaveBeenCalledTimes(2)
  })

  it('submits by Enter what the pointer picked or unpicked, and picks what the keyboard reached', async () => {
    const act = vi.fn()
    render(<Page act={act} />)
    const choice = screen.getByText('Class')
    const user = userEvent.setup()
    await user.click(choice)
    expect(choice).not.toHaveFocus()
    await user.keyboard('{Enter}')
    expect(act).toHaveBeenCalledTimes(1)
    choice.focus()
    await user.keyboard('{Enter} ')
    expect(choice).toHaveFocus()
    expect(act).toHaveBeenCalledTimes(1)
  })

  it('follows a remapping at once, and rests while a dialog is open', () => {
    const act = vi.fn()
    render(<Page act={act} />)
    remap('review.submit', 'mod+j')
    fireEvent.keyDown(document.body, { key: 'Enter' })
    expect(act).not.toHaveBeenCalled()
    fireEvent.keyDown(document.body, { key: 'j', ctrlKey: true })
    expect(act).toHaveBeenCalledTimes(1)
    render(<div role="dialog" data-state="open" />)
    fireEvent.keyDown(document.body, { key: 'j', ctrlKey: true })
    expect(act).toHaveBeenCalledTimes(1)
  })
})
