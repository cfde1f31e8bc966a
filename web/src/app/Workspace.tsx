/** The app in the workspace of the signed-in person: the router, under that workspace's address. */
import { useMemo } from 'react'
import { RouterProvider } from 'react-router/dom'
import type { Me } from '@/api/me'
import { addressIn, currentWorkspace } from '@/api/workspace'
import { TooltipProvider } from '@/ui/Tooltip'
import { makeRouter } from '../routes'

export default function Workspace({ me }: { me: Me }) {
  const slug = me.workspace.slug
  const router = useMemo(() => {
    if (currentWorkspace() === undefined) {
      const { pathname, search, hash } = window.location
      window.history.replaceState(null, '', addressIn(slug, pathname) + search + hash)
    }
    return makeRouter(addressIn(slug, ''))
  }, [slug])
  return (
    <TooltipProvider delayDuration={400}>
      <RouterProvider router={router} />
    </TooltipProvider>
  )
}
