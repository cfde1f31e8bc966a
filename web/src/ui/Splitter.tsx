/** A line between an upper and a lower part of a panel that can be dragged, or moved with the arrow keys. */
import type { KeyboardEvent, PointerEvent, RefObject } from 'react'

interface SplitterProps {
  /** The lower part's share of the panel, in percent. */
  share: number
  onShare: (share: number) => void
  /** The panel whose parts it divides. */
  within: RefObject<HTMLElement | null>
  label: string
}

const SMALLEST = 8
const LARGEST = 75
const STEP = 4

export function Splitter({ share, onShare, within, label }: SplitterProps) {
  const move = (to: number) => onShare(Math.round(Math.min(LARGEST, Math.max(SMALLEST, to))))
  const onPointerMove = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const box = within.current?.getBoundingClientRect()
    if (box) move(((box.bottom - event.clientY) / box.height) * 100)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    event.preventDefault()
    move(share + (event.key === 'ArrowUp' ? STEP : -STEP))
  }
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a separator with a value is a control
    <div
      role="separator"
      aria-orientation="horizontal"
      aria-label={label}
      aria-valuenow={share}
      aria-valuemin={SMALLEST}
      aria-valuemax={LARGEST}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the arrow keys move it
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
      className="flex h-2 shrink-0 cursor-row-resize touch-none items-center justify-center border-t border-line bg-paper hover:bg-hover"
    >
      <span aria-hidden className="h-0.5 w-8 rounded-full bg-line-strong/60" />
    </div>
  )
}
