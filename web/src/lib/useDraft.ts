/** Keeps what a person types on the server while they type, one save at a time, and says whether it is saved. */
import { useCallback, useEffect, useRef, useState } from 'react'

const TYPING_PAUSE_MS = 700

export type Saved = 'clean' | 'typing' | 'saving' | 'saved' | 'failed'

export const SAVED: Record<Saved, string> = {
  clean: '',
  typing: 'typing…',
  saving: 'saving…',
  saved: 'saved',
  failed: 'not saved',
}

export interface Draft<Content> {
  content: Content
  saved: Saved
  change: (part: Partial<Content>) => void
  save: () => Promise<void>
  /** Forgets the unsaved rest, once the content is submitted. */
  settle: () => void
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

/** `write` keeps the content; it is read when it is called. Mount anew for each thing that has a draft. */
export function useDraft<Content extends object>(
  start: Content,
  isKept: boolean,
  write: (content: Content) => Promise<void>,
): Draft<Content> {
  const [content, setContent] = useState(start)
  const [saved, setSaved] = useState<Saved>(isKept ? 'saved' : 'clean')
  const written = useRef(start)
  const latest = useRef(start)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const running = useRef<Promise<void>>(Promise.resolve())
  const writer = useRef(write)
  useEffect(() => {
    writer.current = write
  })

  const save = useCallback(() => {
    clearTimeout(timer.current)
    running.current = running.current.then(async () => {
      const meant = latest.current
      if (same(meant, written.current)) return
      setSaved('saving')
      try {
        await writer.current(meant)
        written.current = meant
        setSaved(same(meant, latest.current) ? 'saved' : 'typing')
      } catch {
        setSaved('failed')
      }
    })
    return running.current
  }, [])

  const change = useCallback(
    (part: Partial<Content>) => {
      latest.current = { ...latest.current, ...part }
      setContent(latest.current)
      setSaved('typing')
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void save(), TYPING_PAUSE_MS)
    },
    [save],
  )

  const settle = useCallback(() => {
    clearTimeout(timer.current)
    written.current = latest.current
  }, [])

  useEffect(() => () => void save(), [save])
  return { content, saved, change, save, settle }
}
