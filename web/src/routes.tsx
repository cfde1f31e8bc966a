/** Every address of the app and the page it shows; each page is loaded when it is first opened. */
import { createBrowserRouter, type RouteObject } from 'react-router'
import { AppFrame } from './app/AppFrame'
import { NotFound, RouteError } from './app/RouteError'

const development: RouteObject[] = import.meta.env.DEV
  ? [
      {
        path: 'gallery/*',
        lazy: () => import('./app/gallery/GalleryPage').then((page) => ({ Component: page.default })),
      },
    ]
  : []

export function makeRouter() {
  return createBrowserRouter([
    {
      element: <AppFrame />,
      errorElement: <RouteError />,
      children: [
        { errorElement: <RouteError />, children: [...development, { path: '*', element: <NotFound /> }] },
      ],
    },
  ])
}
