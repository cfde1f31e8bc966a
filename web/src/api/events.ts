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
    const source = new EventSource(url)
    source.onopen = () => setOpen(true)
    source.onerror = () => setOpen(false)
    for (const name of wanted.split(' ')) {
      source.addEventListener(name, (event) => tell(name, JSON.parse((event as MessageEvent<string>).data)))
    }
    return () => {
      source.close()
      setOpen(false)
    }
  }, [url, wanted])
  return open
}
