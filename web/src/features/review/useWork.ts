/** What a person makes of the pair on the screen, kept on the server as a draft while they type. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { ProblemError } from '@/api/problem'
import { same, saveDraft, startOf, type PairDetail, type Work } from './review'

const TYPING_PAUSE_MS = 700

export type Saved = 'clean' | 'typing' | 'saving' | 'saved' | 'failed'

export interface WorkInHand {
  work: Work
  prefilled: ReadonlySet<string>
  saved: Saved
  change: (part: Partial<Work>) => void
  save: () => Promise<void>
  /** Forgets the unsaved rest, once the pair is decided. */
  settle: () => void
}

/** Mount it anew for each pair (`key={pair.id}`). */
export function useWork(pair: PairDetail): WorkInHand {
  const [start] = useState(() => startOf(pair))
  const [work, setWork] = useState(start.work)
  const [saved, setSaved] = useState<Saved>(pair.draft ? 'saved' : 'clean')
  const draftVersion = useRef(pair.draft?.version ?? null)
  const written = useRef(start.work)
  const latest = useRef(start.work)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const running = useRef<Promise<void>>(Promise.resolve())

  const save = useCallback(() => {
    clearTimeout(timer.current)
    running.current = running.current.then(async () => {
      const content = latest.current
      if (same(content, written.current)) return
      setSaved('saving')
      try {
        const messages = same(content.messages, pair.messages) ? null : content.messages
        const kept = await saveDraft(pair.id, { ...content, messages }, draftVersion.current)
        draftVersion.current = kept.version
        written.current = content
        setSaved(same(content, latest.current) ? 'saved' : 'typing')
      } catch (error) {
        // Another window of the same person saved meanwhile: its version is taken, these words win.
        if (error instanceof ProblemError && error.isConflict) draftVersion.current = null
        setSaved('failed')
      }
    })
    return running.current
  }, [pair])

  const change = useCallback(
    (part: Partial<Work>) => {
      const next = { ...latest.current, ...part }
      latest.current = next
      setWork(next)
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

  useEffect(
    () => () => {
      void save()
    },
    [save],
  )
  return { work, prefilled: start.prefilled, saved, change, save, settle }
}
