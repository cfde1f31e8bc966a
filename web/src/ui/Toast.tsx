/** Short news over the top bar, where it covers nothing of the page: said aloud, gone by itself, with one action such as Undo. */
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { fixOf, messageOf } from '@/api/problem'
import { Button } from './Button'

interface News {
  id: number
  text: string
  detail?: string | undefined
  bad?: boolean
  action?: { label: string; run: () => void } | undefined
}

let shown: readonly News[] = []
let nextId = 1
const listeners = new Set<() => void>()
const AT_MOST = 4
const STAYS_MS = 6000
const BAD_STAYS_MS = 15_000

function change(next: readonly News[]) {
  shown = next
  listeners.forEach((listener) => listener())
}

export function tell(text: string, more: Omit<News, 'id' | 'text'> = {}): void {
  change([...shown, { id: nextId++, text, ...more }].slice(-AT_MOST))
}

export function tellError(error: unknown): void {
  tell(messageOf(error), { detail: fixOf(error), bad: true })
}

const dismiss = (id: number) => change(shown.filter((news) => news.id !== id))

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts() {
  const all = useSyncExternalStore(subscribe, () => shown)
  return (
    // The region stands before any news does: only then is what appears in it read aloud.
    <div
      role="region"
      aria-label="News"
      aria-live="polite"
      className="pointer-events-none fixed top-1 left-1/2 z-60 flex -translate-x-1/2 flex-col gap-2"
    >
      {all.map((news) => (
        <Toast key={news.id} {...news} />
      ))}
    </div>
  )
}

function Toast({ id, text, detail, bad = false, action }: News) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => dismiss(id), bad ? BAD_STAYS_MS : STAYS_MS)
    return () => clearTimeout(timer)
  }, [held, id, bad])
  const Icon = bad ? CircleAlert : CircleCheck
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- only keeps the news while it is read
    <div
      role={bad ? 'alert' : 'group'}
      aria-label={text}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="popover pointer-events-auto flex w-90 items-start gap-2.5 px-3 py-2.5"
    >
      <Icon
        aria-hidden
        size={16}
        className={bad ? 'mt-0.5 shrink-0 text-bad' : 'mt-0.5 shrink-0 text-good'}
      />
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{text}</p>
        {detail && <p className="text-small text-ink-2">{detail}</p>}
      </div>
      {action && (
        <Button
          size="small"
          onClick={() => {
            dismiss(id)
            action.run()
          }}
        >
          {action.label}
        </Button>
      )}
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => dismiss(id)}
        className="flex size-6 items-center justify-center rounded-control text-ink-3 hover:bg-hover hover:text-ink"
      >
        <X aria-hidden size={14} />
      </button>
    </div>
  )
}
