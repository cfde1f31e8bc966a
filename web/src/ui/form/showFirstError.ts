/** Brings the first field that was refused into sight and puts the cursor there, once its error is drawn. */
import type { RefObject } from 'react'

export function showFirstError(form: RefObject<HTMLElement | null>): void {
  requestAnimationFrame(() => {
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid=true], [data-invalid]')
    const field = wrong?.matches('[data-invalid]') ? wrong.querySelector<HTMLElement>('button, input') : wrong
    if (field) field.focus()
    else form.current?.scrollTo({ top: 0 })
  })
}
