/** Live news from the server (server-sent events), reconnected by the browser itself. */
import { useEffect, useEffectEvent, useState } from 'react'

/**
 * Calls `onEvent(name, data)` for each named event of `url`; null switches it off.
 * Returns whether the stream is open, so that a page can fall back to asking now and then.
 */
export function useServerEvents(
  url: string | null,
  names: readonly string[],
  onEvent: (name: string, data: unknown) => void,
): boolean {
  const [open, setOpen] = useState(false)
  const tell = useEffectEvent(onEvent)
  const wanted = names.join(' ')
  useEffect(() => {
    if (url === null) return
    let source: EventSource | undefined
    const close = () => {
      source?.close()
      source = undefined
      setOpen(false)
    }
    const listen = () => {
      source = new EventSource(url)
      source.onopen = () => setOpen(true)
      source.onerror = () => setOpen(false)
      for (const name of wanted.split(' ')) {
        source.addEventListener(name, (event) => tell(name, JSON.parse((event as MessageEvent<string>).data)))
      }
    }
    // A browser opens few connections to one server: windows that nobody looks at must not hold them all.
    const follow = () => {
      if (document.hidden) close()
      else if (!source) listen()
    }
    follow()
    document.addEventListener('visibilitychange', follow)
    return () => {
      document.removeEventListener('visibilitychange', follow)
      close()
    }
  }, [url, wanted])
  return open
}
