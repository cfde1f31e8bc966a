/** Whether the page that asked is still on the screen, for what comes back to it later. */
import { useCallback, useEffect, useRef } from 'react'

export function useIsHere(): () => boolean {
  const here = useRef(false)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  return useCallback(() => here.current, [])
}
