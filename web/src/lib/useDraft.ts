/** Keeps what a person types on the server while they type, one save at a time, and says whether it is saved. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { forgetUnsent, keepUnsent, unsentOf } from './unsent'

const TYPING_PAUSE_MS = 700
const RETRY_MS = 3_000

export type Saved = 'clean' | 'typing' | 'saving' | 'saved' | 'failed' | 'retrying'

export const SAVED: Record<Saved, string> = {
  clean: '',
  typing: 'typing…',
  saving: 'saving…',
  saved: 'saved',
  failed: 'not saved',
  retrying: 'not saved yet, trying again…',
}

export interface Draft<Content> {
  content: Content
  saved: Saved
  change: (part: Partial<Content>) => void
  /** Resolves when no save is under way any more: whether the content is kept. */
  save: () => Promise<boolean>
  /** Goes back to the content that was met, and forth again; false when there is nothing to take or put back. */
  takeBack: () => boolean
  putBack: () => boolean
  /** Forgets the unsaved rest, once the content is submitted; resolves when the save under way is over. */
  settle: () => Promise<unknown>
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

/** `write` keeps the content; it is read when it is called. Mount anew for each thing that has a draft; `name` tells
 * things apart, so that what could not be sent is still there when the thing is shown again. */
export function useDraft<Content extends object>(
  start: Content,
  isKept: boolean,
  write: (content: Content) => Promise<void>,
  name?: string,
): Draft<Content> {
  const [unsent] = useState(() => (name === undefined ? undefined : (unsentOf(name) as Content | undefined)))
  const [content, setContent] = useState(unsent ?? start)
  const [saved, setSaved] = useState<Saved>(unsent ? 'retrying' : isKept ? 'saved' : 'clean')
  const written = useRef(start)
  const latest = useRef(unsent ?? start)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const running = useRef<Promise<boolean>>(Promise.resolve(true))
  const settled = useRef(false)
  const writer = useRef(write)
  useEffect(() => {
    writer.current = write
  })

  const save = useCallback(() => {
    clearTimeout(timer.current)
    running.current = running.current.then(async () => {
      const meant = latest.current
      if (settled.current || same(meant, written.current)) return true
      setSaved('saving')
      try {
        await writer.current(meant)
        written.current = meant
        if (name !== undefined) forgetUnsent(name)
        setSaved(same(meant, latest.current) ? 'saved' : 'typing')
        return true
      } catch {
        // What was submitted meanwhile needs no draft any more.
        if (settled.current) return true
        if (name !== undefined) keepUnsent(name, latest.current)
        setSaved(name === undefined ? 'failed' : 'retrying')
        return false
      }
    })
    return running.current
  }, [name])

  const change = useCallback(
    (part: Partial<Content>) => {
      latest.current = { ...latest.current, ...part }
      settled.current = false
      setContent(latest.current)
      setSaved('typing')
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void save(), TYPING_PAUSE_MS)
    },
    [save],
  )

  const met = useRef(unsent ?? start)
  const taken = useRef<Content>(undefined)
  const takeBack = useCallback(() => {
    if (same(latest.current, met.current)) return false
    taken.current = latest.current
    change(met.current)
    return true
  }, [change])
  const putBack = useCallback(() => {
    if (taken.current === undefined || !same(latest.current, met.current)) return false
    change(taken.current)
    taken.current = undefined
    return true
  }, [change])

  const settle = useCallback(() => {
    clearTimeout(timer.current)
    settled.current = true
    if (name !== undefined) forgetUnsent(name)
    return running.current
  }, [name])

  useEffect(() => {
    if (unsent) void save()
  }, [unsent, save])

  useEffect(() => {
    if (saved !== 'retrying') return
    const again = setInterval(() => void save(), RETRY_MS)
    return () => clearInterval(again)
  }, [saved, save])

  useEffect(() => {
    // The tab is left, closed or reloaded: what was typed last goes now.
    const flush = () => void (document.visibilityState === 'hidden' && save())
    document.addEventListener('visibilitychange', flush)
    return () => {
      document.removeEventListener('visibilitychange', flush)
      void save()
    }
  }, [save])
  return { content, saved, change, takeBack, putBack, save, settle }
}
