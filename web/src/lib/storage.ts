/** Small per-browser preferences that survive a reload, and a silent default where storage is refused. */
import { useState } from 'react'

const PREFIX = 'workbench.'

export function readPreference<T>(name: string, fallback: T): T {
  try {
    const text = localStorage.getItem(PREFIX + name)
    return text === null ? fallback : (JSON.parse(text) as T)
  } catch {
    return fallback
  }
}

export function writePreference(name: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + name)
    else localStorage.setItem(PREFIX + name, JSON.stringify(value))
  } catch {
    // Private windows may refuse storage: the preference then lasts as long as the page.
  }
}

/** A preference as state; every component reads it when it is mounted. */
export function usePreference<T>(name: string, fallback: T): [T, (value: T) => void] {
  const [value, setValue] = useState(() => readPreference(name, fallback))
  const keep = (next: T) => {
    setValue(next)
    writePreference(name, next)
  }
  return [value, keep]
}
