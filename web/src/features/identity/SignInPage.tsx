/** Signing in with address and password; the address one came for opens afterwards. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api } from '@/api/client'
import { Button } from '@/ui/Button'
import { ErrorNote } from '@/ui/ErrorState'
import { Field, Input } from '@/ui/Field'
import { Entrance } from './Entrance'

export default function SignInPage() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const client = useQueryClient()
  const signIn = useMutation({
    mutationFn: () => api.POST('/api/v1/sign-in', { body: { email, password } }),
    onSuccess: () => client.invalidateQueries(),
  })
  useEffect(() => {
    document.title = 'Sign in · Workbench'
  }, [])
  return (
    <Entrance title="Sign in">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          signIn.mutate()
        }}
      >
        <Field label="Email">
          {(wired) => (
            <Input
              {...wired}
              type="email"
              autoComplete="username"
              autoFocus
              required
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label="Password">
          {(wired) => (
            <Input
              {...wired}
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        {signIn.error && <ErrorNote error={signIn.error} />}
        <Button type="submit" tone="primary" busy={signIn.isPending}>
          Sign in
        </Button>
        <p className="text-small text-ink-3">
          No account, or no password yet? Ask an admin for an invitation, or run{' '}
          <code className="font-mono">workbench sign-in-link</code> on the server.
        </p>
      </form>
    </Entrance>
  )
}
