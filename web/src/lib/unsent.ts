/** What a person made and the server does not have: kept while the page is open, and asked about before it closes. */
const unsent = new Map<string, unknown>()

const ask = (event: BeforeUnloadEvent) => event.preventDefault()

export function keepUnsent(name: string, content: unknown): void {
  unsent.set(name, content)
  addEventListener('beforeunload', ask)
}

export function forgetUnsent(name: string): void {
  unsent.delete(name)
  if (unsent.size === 0) removeEventListener('beforeunload', ask)
}

export function unsentOf(name: string): unknown {
  return unsent.get(name)
}
