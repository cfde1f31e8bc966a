/** A picture to look into: wheel or keys zoom, dragging pans, 0 fits it to the panel again. */
import { ImageOff, Maximize, ZoomIn, ZoomOut } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { useKey } from '@/lib/useKey'
import { IconButton } from '../IconButton'
import { fitted, moved, zoomed, type Frame } from './frame'

export interface ImageViewProps {
  src: string
  alt: string
  /** What the picture is of: pictures of one thing are looked at in one frame, so that they can be compared. */
  of?: string | undefined
  /** Bind the zoom keys for the whole page: for the one main picture. */
  keyed?: boolean
  className?: string
}

const STEP = 1.25
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [60, 0],
  ArrowRight: [-60, 0],
  ArrowUp: [0, 60],
  ArrowDown: [0, -60],
}

export function ImageView({ src, alt, of = src, keyed = false, className = '' }: ImageViewProps) {
  const panel = useRef<HTMLDivElement>(null)
  const [frame, setFrame] = useState<Frame>(fitted)
  const [broken, setBroken] = useState(false)
  const [shown, setShown] = useState({ src, of })
  const drag = useRef<{ x: number; y: number }>(undefined)
  if (shown.src !== src) {
    setShown({ src, of })
    setBroken(false)
    // The next item's picture starts fitted, not where the last one was left.
    if (shown.of !== of) setFrame(fitted)
  }

  const zoom = (factor: number, at = { x: 0, y: 0 }) => setFrame((old) => zoomed(old, factor, at))
  useKey('view.zoomIn', () => zoom(STEP), { enabled: keyed, within: panel })
  useKey('view.zoomOut', () => zoom(1 / STEP), { enabled: keyed, within: panel })
  useKey('view.fit', () => setFrame(fitted), { enabled: keyed, within: panel })

  useEffect(() => {
    const element = panel.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const box = element.getBoundingClientRect()
      const at = { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 }
      setFrame((old) => zoomed(old, Math.exp(-event.deltaY / 400), at))
    }
    // React listens passively; zooming must keep the page from scrolling.
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [])

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest('button')) return
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX, y: event.clientY }
  }
  const onPointerMove = (event: PointerEvent) => {
    if (!drag.current) return
    const by = { x: event.clientX - drag.current.x, y: event.clientY - drag.current.y }
    drag.current = { x: event.clientX, y: event.clientY }
    setFrame((old) => moved(old, by))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key]
    if (!arrow || event.target !== event.currentTarget) return
    event.preventDefault()
    setFrame((old) => moved(old, { x: arrow[0], y: arrow[1] }))
  }

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the buttons inside do the same
    <div
      ref={panel}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- arrow keys pan the focused picture
      tabIndex={0}
      role="group"
      aria-label={`${alt}; arrow keys move it`}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => (drag.current = undefined)}
      onPointerCancel={() => (drag.current = undefined)}
      onDoubleClick={() => setFrame(fitted)}
      className={`relative cursor-grab touch-none overflow-hidden bg-sunken active:cursor-grabbing ${className}`}
    >
      {broken ? (
        <p className="flex h-full flex-col items-center justify-center gap-2 text-ink-2">
          <ImageOff aria-hidden size={22} />
          This picture cannot be shown.
        </p>
      ) : (
        <img
          src={src}
          alt={alt}
          draggable={false}
          onError={() => setBroken(true)}
          className="pointer-events-none size-full object-contain"
          style={{ transform: `translate(${frame.x}px, ${frame.y}px) scale(${frame.scale})` }}
        />
      )}
      <div className="absolute right-2 bottom-2 flex items-center rounded-control border border-line bg-raised">
        <IconButton
          size="small"
          icon={ZoomOut}
          label="Zoom out"
          keyName="view.zoomOut"
          onClick={() => zoom(1 / STEP)}
        />
        <span className="w-11 text-center text-small text-ink-2 tabular-nums">
          {Math.round(frame.scale * 100)}%
        </span>
        <IconButton
          size="small"
          icon={ZoomIn}
          label="Zoom in"
          keyName="view.zoomIn"
          onClick={() => zoom(STEP)}
        />
        <IconButton
          size="small"
          icon={Maximize}
          label="Fit"
          keyName="view.fit"
          onClick={() => setFrame(fitted)}
        />
      </div>
    </div>
  )
}
