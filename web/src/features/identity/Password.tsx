/** Choosing a password. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '@/api/client'
import { useMe } from '@/api/me'
import { fixOf, messageOf } from '@/api/problem'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field, Input } from '@/ui/Field'
import { tell } from '@/ui/Toast'

export function Password() {
  const me = useMe()
  const client = useQueryClient()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useMutation({
    mutationFn: () =>
      api.POST('/api/v1/me/password', {
        body: { new: next, current: me.current_password_needed ? current : null },
      }),
    onSuccess: () => {
      setCurrent('')
      setNext('')
      tell('Password set', { detail: 'Every other browser of yours is signed out.' })
      return client.invalidateQueries({ queryKey: ['me'] })
    },
  })
  return (
    <Card title={me.has_password ? 'Change the password' : 'Set a password'}>
      {!me.has_password && (
        <p className="mb-3 text-ink-2">
          You came by a one-time link. Set a password to be able to come back.
        </p>
      )}
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate()
        }}
      >
        {me.current_password_needed && (
          <Field label="Present password">
            {(wired) => (
              <Input
                {...wired}
                type="password"
                required
                autoComplete="current-password"
                value={current}
                onChange={(event) => setCurrent(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field
          label="New password"
          hint="At least 12 characters; several words are easy to remember."
          error={change.error && [messageOf(change.error), fixOf(change.error)].filter(Boolean).join(' ')}
        >
          {(wired) => (
            <Input
              {...wired}
              type="password"
              required
              autoComplete="new-password"
              value={next}
              onChange={(event) => setNext(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" className="self-start" disabled={!next} busy={change.isPending}>
          Set password
        </Button>
      </form>
    </Card>
  )
}
