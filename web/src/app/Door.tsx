/** Who gets in: one-time links and invitations, signing in, then the app in the person's workspace. */
import { lazy, Suspense } from 'react'
import { useMaybeMe } from '@/api/me'
import { ProblemError } from '@/api/problem'
import { currentWorkspace } from '@/api/workspace'
import { ErrorState } from '@/ui/ErrorState'

// Fetched while the server is still asked who this is; the pages before sign-in do without it.
const app = import('./Workspace')
const Workspace = lazy(() => app)
const SignInPage = lazy(() => import('@/features/identity/SignInPage'))
const LinkPage = lazy(() => import('@/features/identity/LinkPage'))
const InvitationPage = lazy(() => import('@/features/identity/InvitationPage'))

export function Door() {
  const [, kind, token] = window.location.pathname.split('/')
  return (
    <Suspense>
      {kind === 'sign-in' && token ? (
        <LinkPage token={token} />
      ) : kind === 'invitation' && token ? (
        <InvitationPage token={token} />
      ) : (
        <SignedIn />
      )}
    </Suspense>
  )
}

function SignedIn() {
  const { data: me, error, refetch } = useMaybeMe()
  if (me) return <Workspace me={me} />
  if (me === null) return <SignInPage />
  if (!error) return null
  // A workspace that is not one's own: the way home leads past it.
  const elsewhere = error instanceof ProblemError && error.status < 500 && currentWorkspace()
  return (
    <ErrorState
      page
      error={error}
      onRetry={elsewhere ? () => window.location.assign('/') : () => void refetch()}
    />
  )
}
