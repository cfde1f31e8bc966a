/** Every key binding of the app, declared once; people may remap them, and `?` shows what is bound now. */
import { useSyncExternalStore } from 'react'
import { readPreference, writePreference } from './storage'

interface Binding {
  /** Alternatives, each in the form `mod+shift+z`; `mod` is Ctrl, or Cmd on a Mac. */
  keys: readonly string[]
  group: 'Everywhere' | 'Lists' | 'Review' | 'Classes' | 'Pictures and pages'
  does: string
  /** Works while the cursor is in a text field. */
  inFields?: true
}

const defaults = {
  'app.palette': { keys: ['mod+k'], group: 'Everywhere', does: 'Open the command palette', inFields: true },
  'app.help': { keys: ['?'], group: 'Everywhere', does: 'Show all keys' },
  'app.leaveField': {
    keys: ['escape'],
    group: 'Everywhere',
    does: 'Leave a field, close a panel',
    inFields: true,
  },
  'list.search': { keys: ['/'], group: 'Lists', does: 'Search this list' },
  'list.next': { keys: ['arrowdown', 'j'], group: 'Lists', does: 'Next row' },
  'list.previous': { keys: ['arrowup', 'k'], group: 'Lists', does: 'Previous row' },
  'list.select': { keys: ['x'], group: 'Lists', does: 'Select or unselect the row' },
  'review.next': { keys: ['j'], group: 'Review', does: 'Next' },
  'review.previous': { keys: ['k'], group: 'Review', does: 'Previous' },
  'review.approve': { keys: ['a'], group: 'Review', does: 'Approve' },
  'review.edit': { keys: ['e'], group: 'Review', does: 'Edit' },
  'review.prompt': { keys: ['p'], group: 'Review', does: 'Edit the prompt' },
  'review.reject': { keys: ['r'], group: 'Review', does: 'Reject' },
  'review.unlabelable': { keys: ['u'], group: 'Review', does: 'Mark the item as unlabelable' },
  'review.flag': { keys: ['f'], group: 'Review', does: 'Flag' },
  'review.note': { keys: ['n'], group: 'Review', does: 'Write a note' },
  'review.submit': { keys: ['enter'], group: 'Review', does: 'Submit (outside text fields)' },
  'review.submitAnywhere': { keys: ['mod+enter'], group: 'Review', does: 'Submit', inFields: true },
  'review.undo': { keys: ['mod+z'], group: 'Review', does: 'Undo (also after submitting)' },
  'review.redo': { keys: ['mod+shift+z'], group: 'Review', does: 'Redo' },
  'review.save': { keys: ['mod+s'], group: 'Review', does: 'Save the draft now', inFields: true },
  'review.guidelines': { keys: ['g'], group: 'Review', does: 'Show or fold the guidelines' },
  'class.1': { keys: ['1'], group: 'Classes', does: 'Pick class 1' },
  'class.2': { keys: ['2'], group: 'Classes', does: 'Pick class 2' },
  'class.3': { keys: ['3'], group: 'Classes', does: 'Pick class 3' },
  'class.4': { keys: ['4'], group: 'Classes', does: 'Pick class 4' },
  'class.5': { keys: ['5'], group: 'Classes', does: 'Pick class 5' },
  'class.6': { keys: ['6'], group: 'Classes', does: 'Pick class 6' },
  'class.7': { keys: ['7'], group: 'Classes', does: 'Pick class 7' },
  'class.8': { keys: ['8'], group: 'Classes', does: 'Pick class 8' },
  'class.9': { keys: ['9'], group: 'Classes', does: 'Pick class 9' },
  'class.search': { keys: ['/'], group: 'Classes', does: 'Search the classes' },
  'view.zoomIn': { keys: ['+', '='], group: 'Pictures and pages', does: 'Zoom in' },
  'view.zoomOut': { keys: ['-'], group: 'Pictures and pages', does: 'Zoom out' },
  'view.nextFile': { keys: ['v'], group: 'Pictures and pages', does: 'Next file of the item' },
  'view.fit': { keys: ['0'], group: 'Pictures and pages', does: 'Fit to the panel' },
} satisfies Record<string, Binding>

export type KeyName = keyof typeof defaults

export const keyNames = Object.keys(defaults) as KeyName[]

type Remapped = Partial<Record<KeyName, string[]>>
const listeners = new Set<() => void>()
let remapped = readPreference<Remapped>('keys', {})

export function bindingOf(name: KeyName): Binding {
  const base: Binding = defaults[name]
  const own = remapped[name]
  return own ? { ...base, keys: own } : base
}

/** Groups whose keys work on one page. */
const REVIEWING: readonly Binding['group'][] = ['Review', 'Classes', 'Pictures and pages']

/** The other bindings that already use `key` where `name` works. */
export function conflictsOf(name: KeyName, key: string): KeyName[] {
  const { group } = bindingOf(name)
  return keyNames.filter((other) => {
    const binding = bindingOf(other)
    const groups = [group, binding.group]
    const meet =
      group === binding.group ||
      groups.includes('Everywhere') ||
      groups.every((one) => REVIEWING.includes(one))
    return other !== name && meet && binding.keys.includes(key)
  })
}

/** Gives `name` one new key, or its defaults back when `key` is undefined. */
export function remap(name: KeyName, key: string | undefined): void {
  save({ ...remapped, [name]: key === undefined ? undefined : [key] })
}

export function resetKeys(): void {
  save({})
}

function isEmpty(own: Remapped): boolean {
  return Object.values(own).every((keys) => keys === undefined)
}

function save(next: Remapped) {
  remapped = next
  writePreference('keys', isEmpty(next) ? undefined : next)
  listeners.forEach((listener) => listener())
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Re-renders when a key is remapped; returns how a binding is written now. */
export function useBinding(name: KeyName): Binding {
  useSyncExternalStore(subscribe, () => remapped)
  return bindingOf(name)
}

export function useRemapped(): boolean {
  return !isEmpty(useSyncExternalStore(subscribe, () => remapped))
}
