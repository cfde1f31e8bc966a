/** Keeps what a person types on the server while they type, one save at a time, and says whether it is saved. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { noSteps, same, settledIn, stepBack, stepForth, stepped, type Steps } from './steps'
import { FIELD } from './useKey'
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
  /** Takes the last change back, and puts it back; false when nothing was changed here. */
  takeBack: () => boolean
  putBack: () => boolean
  /** A part now stands so for everybody, and taking back leaves it: what is kept follows. */
  settlePart: (part: Partial<Content>) => void
  /** Forgets the unsaved rest, once the content is submitted; resolves when the save under way is over. */
  settle: () => Promise<unknown>
}

interface DraftOptions<Content, Kept> {
  /** Tells things apart, so that what could not be sent is still there when the thing is shown again. */
  name?: string
  /** What is kept of the content, and the content that it stands for. */
  keptOf?: (content: Content) => Kept
  contentOf?: (kept: Kept) => Content
}

/** `write` keeps the content; it is read when it is called. Mount anew for each thing that has a draft. */
export function useDraft<Content extends object, Kept = Content>(
  start: Content,
  isKept: boolean,
  write: (kept: Kept) => Promise<void>,
  {
    name,
    keptOf = (content) => content as unknown as Kept,
    contentOf = (kept) => kept as unknown as Content,
  }: DraftOptions<Content, Kept> = {},
): Draft<Content> {
  const [unsent] = useState(() => {
    const kept = name === undefined ? undefined : (unsentOf(name) as Kept | undefined)
    return kept && contentOf(kept)
  })
  const [content, setContent] = useState(unsent ?? start)
  const [saved, setSaved] = useState<Saved>(unsent ? 'retrying' : isKept ? 'saved' : 'clean')
  const [keptAtFirst] = useState(() => keptOf(start))
  const written = useRef(keptAtFirst)
  const latest = useRef(unsent ?? start)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const running = useRef<Promise<boolean>>(Promise.resolve(true))
  const settled = useRef(false)
  const ways = useRef({ write, keptOf })
  useEffect(() => {
    ways.current = { write, keptOf }
  })

  const save = useCallback(() => {
    clearTimeout(timer.current)
    running.current = running.current.then(async () => {
      const meant = ways.current.keptOf(latest.current)
      if (settled.current) return true
      if (same(meant, written.current)) {
        if (name !== undefined) forgetUnsent(name)
        setSaved((before) => (before === 'clean' ? before : 'saved'))
        return true
      }
      setSaved('saving')
      try {
        await ways.current.write(meant)
        written.current = meant
        if (name !== undefined) forgetUnsent(name)
        setSaved(same(meant, ways.current.keptOf(latest.current)) ? 'saved' : 'typing')
        return true
      } catch {
        // What was submitted meanwhile needs no draft any more.
        if (settled.current) return true
        if (name !== undefined) keepUnsent(name, ways.current.keptOf(latest.current))
        setSaved(name === undefined ? 'failed' : 'retrying')
        return false
      }
    })
    return running.current
  }, [name])

  const become = useCallback(
    (next: Content) => {
      latest.current = next
      settled.current = false
      setContent(next)
      setSaved('typing')
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void save(), TYPING_PAUSE_MS)
    },
    [save],
  )
  const steps = useRef<Steps<Content>>(noSteps)
  const change = useCallback(
    (part: Partial<Content>) => {
      const next = { ...latest.current, ...part }
      if (same(next, latest.current)) return
      steps.current = stepped(steps.current, latest.current, typedIn())
      become(next)
    },
    [become],
  )
  const move = useCallback(
    (taken: ReturnType<typeof stepBack<Content>>) => {
      if (!taken) return
      steps.current = taken.steps
      become(taken.to)
    },
    [become],
  )
  const isChanged = () => steps.current.before.length + steps.current.after.length > 0
  const takeBack = useCallback(() => {
    const taken = stepBack(steps.current, latest.current)
    move(taken)
    return taken !== undefined
  }, [move])
  const putBack = useCallback(() => {
    const changed = isChanged()
    move(stepForth(steps.current, latest.current))
    return changed
  }, [move])
  const settlePart = useCallback(
    (part: Partial<Content>) => {
      latest.current = { ...latest.current, ...part }
      steps.current = settledIn(steps.current, part, latest.current)
      setContent(latest.current)
      void save()
    },
    [save],
  )

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
  return { content, saved, change, takeBack, putBack, settlePart, save, settle }
}

/** The field that is typed in; one that only searches, and picks what is found, does not hold what changes. */
function typedIn(): Element | undefined {
  return document.activeElement?.closest(`:is(${FIELD}):not([data-picks])`) ?? undefined
}
