/** Which pairs this person has open in which window of this browser: one that closes gives back only what no other shows. */
import { readPreference, writePreference } from '@/lib/storage'

const PLACE = 'review.open'
const FRESH_MS = 150_000 // a window that tells nothing for longer was closed without a word
const thisWindow = Math.random().toString(36).slice(2)

type Open = Record<string, { at: number; ids: readonly string[] }>

function others(): Open {
  const all = readPreference<Open>(PLACE, {})
  const isOther = ([name, { at }]: [string, Open[string]]) =>
    name !== thisWindow && Date.now() - at < FRESH_MS
  return Object.fromEntries(Object.entries(all).filter(isOther))
}

/** Tells the other windows what this one has open: nothing, once it is left. */
export function tellOpen(ids: readonly string[]): void {
  writePreference(PLACE, { ...others(), ...(ids.length > 0 && { [thisWindow]: { at: Date.now(), ids } }) })
}

/** Those that no other window has open. */
export function onlyHere(ids: readonly string[]): string[] {
  const elsewhere = new Set(Object.values(others()).flatMap((each) => each.ids))
  return ids.filter((id) => !elsewhere.has(id))
}
