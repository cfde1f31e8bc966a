/** Opens a one-time sign-in link. It takes a press, so that a program that only previews links does not use it up. */
import { useMutation } from '@tanstack/react-query'
import { api } from '@/api/client'
import { Button } from '@/ui/Button'
import { ErrorNote } from '@/ui/ErrorState'
import { Entrance } from './Entrance'

export default function LinkPage({ token }: { token: string }) {
  const signIn = useMutation({
    mutationFn: () => api.POST('/api/v1/sign-in/link', { body: { token } }),
    onSuccess: () => window.location.assign('/'),
  })
  return (
    <Entrance title="Welcome to your workbench" lead="This link signs this browser in, once.">
      <div className="flex flex-col gap-4">
        {signIn.error && <ErrorNote error={signIn.error} />}
        <Button
          tone="primary"
          autoFocus
          busy={signIn.isPending || signIn.isSuccess}
          onClick={() => signIn.mutate()}
        >
          Sign in
        </Button>
      </div>
    </Entrance>
  )
}
