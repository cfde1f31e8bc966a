/** Inviting someone: an address and a role in, a link to hand over out. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { ProblemError } from '@/api/problem'
import { roles, type Role } from '@/lib/words'
import { Button } from '@/ui/Button'
import { CopyText } from '@/ui/CopyText'
import { Confirm, Dialog } from '@/ui/Dialog'
import { Field, Input, RadioGroup } from '@/ui/Field'

export function InviteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('expert')
  const client = useQueryClient()
  const invite = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/invitations', { body: { email, role } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['invitations'] }),
  })
  const close = () => {
    onClose()
    invite.reset()
    setEmail('')
  }
  if (invite.data?.link) {
    return (
      <Dialog
        open={open}
        onClose={close}
        title={`${email} is invited`}
        lead="Hand this link over yourself; it is shown only now and works once, for a week."
        footer={<Button onClick={close}>Done</Button>}
      >
        <CopyText label="Invitation link" text={window.location.origin + invite.data.link} />
      </Dialog>
    )
  }
  const beside =
    invite.error instanceof ProblemError && invite.error.field === 'email' ? invite.error : undefined
  return (
    <Confirm
      open={open}
      onClose={close}
      title="Invite someone"
      action="Make the link"
      busy={invite.isPending}
      error={beside ? undefined : invite.error}
      onConfirm={() => invite.mutate()}
    >
      <Field label="Email" error={beside?.message} required>
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
      <RadioGroup label="Role" value={role} onChange={setRole} options={roles} />
    </Confirm>
  )
}
