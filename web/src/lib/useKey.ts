/** Binds a declared key to what it does on this page. */
import { useEffect, useEffectEvent, type MouseEvent, type RefObject } from 'react'
import { bindingOf, type KeyName } from './keys'
import { pressedKey } from './keyText'

export interface KeyOptions {
  enabled?: boolean
  /** Act although a dialog is open: for the dialog's own keys. */
  inDialogs?: boolean
  /** What the key is for: a dialog that is open stops it unless this stands inside. */
  within?: RefObject<Element | null>
}

export const FIELD =
  'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], [role=textbox]'
const PRESSABLE = 'button, a[href], summary, [role=button], [role=menuitem], [role=option], [role=tab], input'
const MODAL =
  '[role=dialog][data-state=open], [role=alertdialog][data-state=open], [role=menu][data-state=open]'

/** Whether a page key may act on this event: not while typing, in a dialog, or pressing a focused button. */
export function mayAct(event: KeyboardEvent, options: { inFields?: boolean; inDialogs?: boolean }): boolean {
  if (event.defaultPrevented || event.isComposing) return false
  if (!options.inDialogs && document.querySelector(MODAL)) return false
  const target = event.target instanceof Element ? event.target : null
  if (!options.inFields && target?.closest(FIELD)) return false
  const presses = (event.key === 'Enter' || event.key === ' ') && !event.ctrlKey && !event.metaKey
  if (!presses || !target?.closest(PRESSABLE)) return true
  // What the keyboard reached is picked first; once it is picked, Enter submits.
  return event.key === 'Enter' && target.closest('[data-enter-submits][aria-pressed=true]') !== null
}

/** For a button that picks: the pointer leaves no focus on it, so that Enter then submits and does not pick again. */
export const enterSubmits = (pick: () => void) => ({
  'data-enter-submits': true,
  onClick: (event: MouseEvent<HTMLElement>) => {
    pick()
    // Pressed by a key, a button tells of no clicks.
    if (event.detail > 0) event.currentTarget.blur()
  },
})

/** `act` returns false to leave the key to others. */
export function useKey(
  name: KeyName,
  act: (event: KeyboardEvent) => unknown,
  options: KeyOptions = {},
): void {
  const { enabled = true, inDialogs = false, within } = options
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const binding = bindingOf(name)
    const pressed = pressedKey(event)
    if (pressed === undefined || !binding.keys.includes(pressed)) return
    const inside = within?.current?.closest(MODAL) != null
    if (!mayAct(event, { inFields: binding.inFields ?? false, inDialogs: inDialogs || inside })) return
    if (act(event) !== false) event.preventDefault()
  })
  useEffect(() => {
    if (!enabled) return
    const listen = (event: KeyboardEvent) => onKeyDown(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [enabled])
}
