/** The workspaces one may act in; admins rename this one and make others. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { useMay, useMe } from '@/api/me'
import { addressIn } from '@/api/workspace'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Confirm } from '@/ui/Dialog'
import { Field, Input } from '@/ui/Field'

export function Workspaces() {
  const me = useMe()
  const mayWrite = useMay('workspace.write')
  const [asking, setAsking] = useState<'rename' | 'make'>()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const slug = slugOf(name)
  const rename = useMutation({
    mutationFn: () =>
      api.PATCH('/api/v1/workspaces/{workspace_id}', {
        params: { path: { workspace_id: me.workspace.id } },
        body: { name, version: me.workspace.version },
      }),
    onSuccess: () => {
      setAsking(undefined)
      return client.invalidateQueries({ queryKey: ['me'] })
    },
  })
  const make = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/workspaces', { body: { name, slug } })),
    onSuccess: (made) => window.location.assign(addressIn(made.slug)),
  })
  const ask = (what: 'rename' | 'make') => {
    setName(what === 'rename' ? me.workspace.name : '')
    setAsking(what)
  }
  const asked = asking === 'rename' ? rename : make
  return (
    <Card
      title="Workspaces"
      lead="Each has its own data, members and rules."
      actions={
        mayWrite && (
          <Button size="small" icon={Plus} onClick={() => ask('make')}>
            New workspace
          </Button>
        )
      }
      flush
    >
      <ul className="divide-y divide-line">
        {me.workspaces.map((workspace) => (
          <li key={workspace.slug} className="flex items-center gap-2 px-4 py-2">
            <a href={addressIn(workspace.slug)} className="font-medium hover:underline">
              {workspace.name}
            </a>
            <span className="text-small text-ink-3">{workspace.role}</span>
            {workspace.slug === me.workspace.slug && <Badge tone="accent">here</Badge>}
            {workspace.slug === me.workspace.slug && mayWrite && (
              <Button size="small" tone="quiet" className="ml-auto" onClick={() => ask('rename')}>
                Rename
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Confirm
        open={asking !== undefined}
        onClose={() => setAsking(undefined)}
        title={asking === 'rename' ? 'Rename the workspace' : 'New workspace'}
        action={asking === 'rename' ? 'Rename' : 'Make workspace'}
        busy={asked.isPending}
        error={asked.error}
        onConfirm={() => asked.mutate()}
      >
        <Field
          label="Name"
          hint={asking === 'make' && slug ? `Its address will be /w/${slug}` : undefined}
          required
        >
          {(wired) => (
            <Input {...wired} required value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
      </Confirm>
    </Card>
  )
}

export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
}
