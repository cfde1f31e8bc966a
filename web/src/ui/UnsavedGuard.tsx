/** Asks before a page with unsaved changes is left, inside the app or by closing the window. */
import { useEffect } from 'react'
import { useBlocker } from 'react-router'
import { Confirm } from './Dialog'

/** What of an address changes the page: its tab and version do, a choice on the page does not. */
function pageOf({ pathname, search }: { pathname: string; search: string }): string {
  const params = new URLSearchParams(search)
  return [pathname, params.get('tab'), params.get('version')].join(' ')
}

export function UnsavedGuard({ unsaved }: { unsaved: boolean }) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => unsaved && pageOf(currentLocation) !== pageOf(nextLocation),
  )
  useEffect(() => {
    if (!unsaved) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [unsaved])
  return (
    <Confirm
      open={blocker.state === 'blocked'}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
      lead="What you changed here is not saved yet."
      action="Leave"
      tone="danger"
      onConfirm={() => blocker.proceed?.()}
    />
  )
}
