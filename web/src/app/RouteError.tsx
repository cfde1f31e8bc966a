/** Pages that cannot be shown: unknown addresses, and errors nobody caught. */
import { Compass } from 'lucide-react'
import { isRouteErrorResponse, useRouteError } from 'react-router'
import { ButtonLink } from '@/ui/ButtonLink'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorState } from '@/ui/ErrorState'

export function NotFound() {
  return (
    <EmptyState
      page
      icon={Compass}
      title="There is no such page"
      actions={
        <ButtonLink to="/" tone="primary">
          Go to the start page
        </ButtonLink>
      }
    >
      The address may be mistyped, or what it showed was archived.
    </EmptyState>
  )
}

export function RouteError() {
  const error = useRouteError()
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />
  return <ErrorState page error={error} onRetry={() => window.location.reload()} />
}
