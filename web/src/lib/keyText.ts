/** Key presses as text: what a person pressed, and how a binding is printed on a button. */
const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent)

const printed: Record<string, string> = {
  mod: isMac ? '⌘' : 'Ctrl',
  ctrl: 'Ctrl',
  alt: isMac ? '⌥' : 'Alt',
  meta: '⌘',
  shift: 'Shift',
  enter: 'Enter',
  escape: 'Esc',
  arrowdown: '↓',
  arrowup: '↑',
  arrowleft: '←',
  arrowright: '→',
}

/** `mod+shift+z` → `['Ctrl', 'Shift', 'Z']`. */
export function printKey(key: string): string[] {
  return splitKey(key).map((part) => printed[part] ?? part.toUpperCase())
}

export function splitKey(key: string): string[] {
  return key.endsWith('+') ? [...key.slice(0, -1).split('+').filter(Boolean), '+'] : key.split('+')
}

type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/**
 * What was pressed, in the form bindings use; undefined for a modifier alone. Letters follow the
 * keyboard's layout; digits follow the key's place, because some layouts need Shift to type them. Of a sign such
 * as `?`, Shift is no part: whether it takes one depends on the layout.
 */
export function pressedKey(event: KeyPress): string | undefined {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph'].includes(event.key)) return undefined
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1]
  const isDigit = digit !== undefined && (!event.shiftKey || /^\d$/.test(event.key))
  const key = isDigit ? digit : event.key === ' ' ? 'space' : event.key.toLowerCase()
  const isSign = /^[^\p{L}\d]$/u.test(key)
  const mod = isMac ? event.metaKey : event.ctrlKey
  return [
    mod && 'mod',
    isMac && event.ctrlKey && 'ctrl',
    !isMac && event.metaKey && 'meta',
    event.altKey && 'alt',
    event.shiftKey && !isDigit && !isSign && 'shift',
    key,
  ]
    .filter(Boolean)
    .join('+')
}
