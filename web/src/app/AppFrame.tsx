/** The shell as the signed-in person sees it: the places they may open, their jobs, their own menu. */
import { useEffect } from 'react'
import { useMe } from '@/api/me'
import { JobsIndicator, useJobsFeed } from '@/features/jobs'
import { MeMenu } from '@/features/identity'
import type { Place } from '@/lib/places'
import { Shell } from './Shell'
import { isNewHere, startTour } from './tour/tour'

/** The short name of the workspace that `workbench demo` makes; there the tour opens by itself, once. */
const DEMO = 'demo'

export function AppFrame({ places }: { places: readonly Place[] }) {
  const me = useMe()
  useJobsFeed()
  const isDemo = me.workspace.slug === DEMO
  useEffect(() => {
    if (isDemo && isNewHere()) startTour()
  }, [isDemo])
  const open = places.filter(({ permission }) => !permission || me.permissions.includes(permission))
  return <Shell workspace={me.workspace.name} places={open} jobs={<JobsIndicator />} me={<MeMenu />} />
}
