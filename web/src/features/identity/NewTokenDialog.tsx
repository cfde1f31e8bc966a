/** Making an API token: a name, what it may do, how long; its secret is shown once. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { Button } from '@/ui/Button'
import { CopyText } from '@/ui/CopyText'
import { Confirm, Dialog } from '@/ui/Dialog'
import { Field, Input, RadioGroup } from '@/ui/Field'
import { Select } from '@/ui/Select'

const scopes = [
  { value: 'read', label: 'Read', hint: 'Look at everything you may see.' },
  { value: 'label', label: 'Label', hint: 'Read, label items and review pairs.' },
  { value: 'write', label: 'Write', hint: 'Everything of yours but members, models and waivers.' },
  { value: 'admin', label: 'Admin', hint: 'Everything you may do.' },
] as const

const lifetimes = [
  { value: '7', label: 'A week' },
  { value: '30', label: 'A month' },
  { value: '90', label: 'Three months' },
  { value: '365', label: 'A year' },
  { value: '', label: 'No end' },
]

export function NewTokenDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [name, setName] = useState('')
  const [scope, setScope] = useState<(typeof scopes)[number]['value']>('read')
  const [days, setDays] = useState('90')
  const client = useQueryClient()
  const make = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/tokens', { body: { name, scopes: [scope], days: days ? Number(days) : null } }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  })
  const close = () => {
    onClose()
    make.reset()
    setName('')
  }
  if (make.data?.secret) {
    return (
      <Dialog
        open={open}
        onClose={close}
        title={`Token “${make.data.name}”`}
        lead="Copy the secret now; it is not shown again."
        footer={<Button onClick={close}>Done</Button>}
      >
        <CopyText label="Secret" text={make.data.secret} />
        <p className="mt-3 text-small text-ink-3">
          For the command line: <code className="font-mono">export WORKBENCH_TOKEN=…</code> and{' '}
          <code className="font-mono">export WORKBENCH_URL={window.location.origin}</code>
        </p>
      </Dialog>
    )
  }
  return (
    <Confirm
      open={open}
      onClose={close}
      title="New token"
      action="Make token"
      busy={make.isPending}
      error={make.error}
      onConfirm={() => make.mutate()}
    >
      <Field label="Name" hint="What it is for: “nightly export”." required>
        {(wired) => (
          <Input {...wired} required value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <RadioGroup label="Scope" value={scope} onChange={setScope} options={scopes} />
      <Field label="Works for">
        {(wired) => <Select {...wired} value={days} onChange={setDays} options={lifetimes} />}
      </Field>
    </Confirm>
  )
}
