/** Asks before a page with unsaved changes is left, inside the app or by closing the window. */
import { useEffect } from 'react'
import { useBlocker } from 'react-router'
import { Confirm } from './Dialog'

export function UnsavedGuard({ unsaved }: { unsaved: boolean }) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => unsaved && currentLocation.pathname !== nextLocation.pathname,
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
