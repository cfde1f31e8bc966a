/** Accepting an invitation: someone new chooses a name and a password, someone known gives theirs. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { ProblemError } from '@/api/problem'
import { Button } from '@/ui/Button'
import { ErrorNote, ErrorState } from '@/ui/ErrorState'
import { Field, Input } from '@/ui/Field'
import { Entrance } from './Entrance'

export default function InvitationPage({ token }: { token: string }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const offer = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => answer(api.POST('/api/v1/invitations/open', { body: { token } })),
    retry: false,
    staleTime: Infinity,
  })
  const accept = useMutation({
    mutationFn: () => {
      const body = { token, password, ...(offer.data?.known ? {} : { name }) }
      return api.POST('/api/v1/invitations/accept', { body })
    },
    onSuccess: () => window.location.assign('/'),
  })
  if (offer.error) return <ErrorState page error={offer.error} />
  if (!offer.data) return null
  const { workspace, invited_by_name: by, role, email, known } = offer.data
  const problem = accept.error instanceof ProblemError ? accept.error : undefined
  const beside = (field: string) => (problem?.field === field ? problem.message : undefined)
  return (
    <Entrance title={`Join ${workspace}`} lead={`${by} invites you (${email}) as ${role}.`}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          accept.mutate()
        }}
      >
        {!known && (
          <Field label="Your name" error={beside('name')}>
            {(wired) => (
              <Input
                {...wired}
                autoFocus
                required
                autoComplete="name"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field
          label={known ? 'Your password' : 'Choose a password'}
          hint={known ? undefined : 'At least 12 characters; several words are easy to remember.'}
          error={beside('password')}
        >
          {(wired) => (
            <Input
              {...wired}
              type="password"
              required
              autoComplete={known ? 'current-password' : 'new-password'}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        {accept.error && !problem?.field && <ErrorNote error={accept.error} />}
        <Button type="submit" tone="primary" busy={accept.isPending || accept.isSuccess}>
          Join
        </Button>
      </form>
    </Entrance>
  )
}
