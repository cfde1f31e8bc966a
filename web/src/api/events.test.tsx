import { act, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useServerEvents } from './events'

class FakeSource extends EventTarget {
  static opened: FakeSource[] = []
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  closed = false
  constructor() {
    super()
    FakeSource.opened.push(this)
  }
  close() {
    this.closed = true
  }
}

function Page({ onEvent }: { onEvent: (name: string, data: unknown) => void }) {
  return <p>{useServerEvents('/events', ['job'], onEvent) ? 'live' : 'silent'}</p>
}

function look(hidden: boolean) {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
}

beforeEach(() => {
  FakeSource.opened = []
  vi.stubGlobal('EventSource', FakeSource)
})
afterEach(() => look(false))

it('tells each event, and whether the stream is open', () => {
  const onEvent = vi.fn()
  render(<Page onEvent={onEvent} />)
  act(() => FakeSource.opened[0]?.onopen?.())
  expect(screen.getByText('live')).toBeVisible()
  FakeSource.opened[0]?.dispatchEvent(new MessageEvent('job', { data: '{"id":1}' }))
  expect(onEvent).toHaveBeenCalledWith('job', { id: 1 })
})

it('holds no connection while nobody looks, and listens again afterwards', () => {
  const { unmount } = render(<Page onEvent={() => {}} />)
  look(true)
  expect(FakeSource.opened.map(({ closed }) => closed)).toEqual([true])
  look(false)
  expect(FakeSource.opened.map(({ closed }) => closed)).toEqual([true, false])
  unmount()
  expect(FakeSource.opened.map(({ closed }) => closed)).toEqual([true, true])
})
