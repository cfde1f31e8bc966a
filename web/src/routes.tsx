/** Every address of the app and the page it shows; each page is loaded when it is first opened. */
import { Palette } from 'lucide-react'
import { createBrowserRouter } from 'react-router'
import { AppFrame } from './app/AppFrame'
import { NotFound, RouteError } from './app/RouteError'
import { PageSkeleton } from './app/Shell'
import * as audit from './features/audit/routes'
import * as catalog from './features/catalog/routes'
import * as exports from './features/exports/routes'
import * as generation from './features/generation/routes'
import * as governance from './features/governance/routes'
import * as identity from './features/identity/routes'
import * as jobs from './features/jobs/routes'
import * as labels from './features/labels/routes'
import * as labelsets from './features/labelsets/routes'
import * as lineage from './features/lineage/routes'
import * as models from './features/models/routes'
import * as review from './features/review/routes'
import * as sheets from './features/sheets/routes'
import * as templates from './features/templates/routes'
import { page, type Feature } from './lib/places'

const gallery: Feature[] = import.meta.env.DEV
  ? [
      {
        routes: [page('gallery/*', () => import('./app/gallery/GalleryPage'))],
        places: [{ group: 'Admin', label: 'Design system', to: '/gallery', icon: Palette }],
      },
    ]
  : []

/** In the order of the rail. */
const features: Feature[] = [
  sheets,
  catalog,
  generation,
  exports,
  review,
  labels,
  templates,
  labelsets,
  lineage,
  jobs,
  models,
  identity.membersFeature,
  governance,
  audit,
  identity.settingsFeature,
  ...gallery,
]

const home = {
  index: true,
  lazy: () => import('./app/home/HomePage').then((module) => ({ Component: module.default })),
}
const routes = features.flatMap((feature) => feature.routes)
const places = features.flatMap((feature) => feature.places)

export function makeRouter(basename: string) {
  return createBrowserRouter(
    [
      {
        element: <AppFrame places={places} />,
        errorElement: <RouteError />,
        HydrateFallback: PageSkeleton,
        children: [
          { errorElement: <RouteError />, children: [home, ...routes, { path: '*', element: <NotFound /> }] },
        ],
      },
    ],
    { basename },
  )
}
