/** One's own things: profile, password, sessions, tokens; and the workspace's name for those who may change it. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { useMay, useMe } from '@/api/me'
import { ProblemError } from '@/api/problem'
import { countOf } from '@/lib/numbers'
import { spoken } from '@/lib/words'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card, Facts } from '@/ui/Card'
import { ErrorNote } from '@/ui/ErrorState'
import { Field, Input } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { tell, tellError } from '@/ui/Toast'
import { Password } from './Password'
import { Tokens } from './Tokens'
import { Workspaces } from './Workspaces'

export default function SettingsPage() {
  const me = useMe()
  const mayRename = useMay('workspace.write')
  return (
    <Page title="Settings" lead="Yourself and your tokens in this workspace.">
      <div className="grid max-w-270 grid-cols-2 items-start gap-4 max-lg:grid-cols-1">
        <div className="flex flex-col gap-4">
          <Card title="You">
            <Profile />
            <div className="mt-4 border-t border-line pt-4">
              <Facts
                facts={[
                  ['Role', spoken(me.role)],
                  ['Clearance', `up to ${me.clearance}`],
                ]}
              />
              <details className="mt-2">
                <summary className="text-ink-2">{countOf(me.permissions.length, 'permission')}</summary>
                <p className="mt-2 flex flex-wrap gap-1">
                  {me.permissions.map((permission) => (
                    <Badge key={permission}>{permission}</Badge>
                  ))}
                </p>
              </details>
            </div>
          </Card>
          <Password />
          <Sessions />
        </div>
        <div className="flex flex-col gap-4">
          <Tokens />
          {(mayRename || me.workspaces.length > 1) && <Workspaces />}
        </div>
      </div>
    </Page>
  )
}

function Profile() {
  const me = useMe()
  const client = useQueryClient()
  const [name, setName] = useState(me.name)
  const [email, setEmail] = useState(me.email)
  const save = useMutation({
    mutationFn: () => answer(api.PATCH('/api/v1/me', { body: { name, email } })),
    onSuccess: (next) => {
      client.setQueryData(['me'], next)
      tell('Saved')
    },
  })
  const problem = save.error instanceof ProblemError ? save.error : undefined
  const changed = name !== me.name || email !== me.email
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Field label="Name" error={problem?.field === 'name' ? problem.message : undefined}>
        {(wired) => (
          <Input {...wired} required value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field label="Email" error={problem?.field === 'email' ? problem.message : undefined}>
        {(wired) => (
          <Input
            {...wired}
            type="email"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      {save.error && !problem?.field && <ErrorNote error={save.error} />}
      <Button type="submit" tone="primary" className="self-start" disabled={!changed} busy={save.isPending}>
        Save
      </Button>
    </form>
  )
}

function Sessions() {
  const signOut = useMutation({
    mutationFn: () => api.POST('/api/v1/me/sign-out-everywhere'),
    onSuccess: () => window.location.assign('/'),
    onError: tellError,
  })
  return (
    <Card title="Browsers">
      <p className="text-ink-2">
        A lost laptop? Sign out of every browser, this one too. Your tokens keep working.
      </p>
      <Button className="mt-3" busy={signOut.isPending} onClick={() => signOut.mutate()}>
        Sign out everywhere
      </Button>
    </Card>
  )
}
