/** Invitations that are still open, above the members. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api, type Schemas } from '@/api/client'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { CopyText } from '@/ui/CopyText'
import { Dialog } from '@/ui/Dialog'
import { Time } from '@/ui/Time'
import { tellError } from '@/ui/Toast'

type Invitation = Schemas['Invitation']

export function Invitations() {
  const client = useQueryClient()
  const [renewed, setRenewed] = useState<Invitation>()
  const { data } = useQuery({
    queryKey: ['invitations'],
    queryFn: () => answer(api.GET('/api/v1/invitations')),
  })
  const refresh = () => client.invalidateQueries({ queryKey: ['invitations'] })
  const path = (id: string) => ({ params: { path: { invitation_id: id } } })
  const resend = useMutation({
    mutationFn: (id: string) => answer(api.POST('/api/v1/invitations/{invitation_id}/resend', path(id))),
    onSuccess: (invitation) => {
      setRenewed(invitation)
      return refresh()
    },
    onError: tellError,
  })
  const revoke = useMutation({
    mutationFn: (id: string) => api.DELETE('/api/v1/invitations/{invitation_id}', path(id)),
    onSuccess: refresh,
    onError: tellError,
  })
  if (!data?.items.length) return null
  return (
    <Card title="Open invitations" className="mb-4 shrink-0" flush>
      <ul className="max-h-40 divide-y divide-line overflow-auto">
        {data.items.map((invitation) => (
          <li key={invitation.id} className="flex items-center gap-3 px-4 py-1.5">
            <span className="min-w-0 flex-1 truncate">
              <span className="font-medium">{invitation.email}</span> as {invitation.role}
            </span>
            {invitation.expired ? (
              <Badge tone="warn">expired</Badge>
            ) : (
              <span className="text-small text-ink-3">
                ends <Time at={invitation.expires_at} />
              </span>
            )}
            <Button size="small" onClick={() => resend.mutate(invitation.id)}>
              New link
            </Button>
            <Button size="small" tone="quiet" onClick={() => revoke.mutate(invitation.id)}>
              Revoke
            </Button>
          </li>
        ))}
      </ul>
      <Dialog
        open={renewed !== undefined}
        onClose={() => setRenewed(undefined)}
        title={`A new link for ${renewed?.email ?? ''}`}
        lead="The older link stopped working."
      >
        <CopyText label="Invitation link" text={window.location.origin + (renewed?.link ?? '')} />
      </Dialog>
    </Card>
  )
}
