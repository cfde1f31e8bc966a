/** Who is in the workspace, as what, and who is invited. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { UserPlus, Users } from 'lucide-react'
import { useState } from 'react'
import { answer, api, type Schemas } from '@/api/client'
import { useMay, useMe } from '@/api/me'
import { pagedQuery } from '@/api/pages'
import { useListState } from '@/lib/urlState'
import { spoken } from '@/lib/words'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'
import { DataTable } from '@/ui/table'
import { Time } from '@/ui/Time'
import { InviteDialog } from './InviteDialog'
import { Invitations } from './Invitations'
import { MemberDialog } from './MemberDialog'

type Member = Schemas['Member']

export default function MembersPage() {
  const me = useMe()
  const mayChange = useMay('members.write')
  const list = useListState()
  const [inviting, setInviting] = useState(false)
  const [changing, setChanging] = useState<Member>()
  const [removing, setRemoving] = useState<Member>()
  const query = useInfiniteQuery(
    pagedQuery<Member>(['members', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/members', {
          params: { query: { search: list.search || null, cursor: cursor ?? null } },
        }),
      ),
    ),
  )
  return (
    <Page
      title="Members"
      lead="A role says what someone may do; a clearance says up to which classification they may see."
      actions={
        mayChange && (
          <Button tone="primary" icon={UserPlus} onClick={() => setInviting(true)}>
            Invite
          </Button>
        )
      }
      body="fill"
    >
      {mayChange && <Invitations />}
      <DataTable
        noun="member"
        list={list}
        query={query}
        rowId={(member) => member.id}
        rowLabel={(member) => member.name}
        {...(mayChange && {
          rowActions: (member: Member) => [
            [{ label: 'Role and clearance…', onSelect: () => setChanging(member) }],
            [
              {
                label: 'Remove…',
                danger: true,
                disabled: member.id === me.id,
                onSelect: () => setRemoving(member),
              },
            ],
          ],
        })}
        searchLabel="Search members"
        columns={[
          {
            id: 'name',
            header: 'Name',
            cell: (member) => (
              <span className="flex items-center gap-2">
                <span className="truncate font-medium">{member.name}</span>
                {member.id === me.id && <Badge>you</Badge>}
                {member.disabled && <Badge tone="warn">disabled</Badge>}
              </span>
            ),
          },
          { id: 'email', header: 'Email', cell: (member) => member.email },
          { id: 'role', header: 'Role', width: 120, cell: (member) => spoken(member.role) },
          {
            id: 'clearance',
            header: 'Clearance',
            width: 170,
            cell: (member) => (
              <>
                {member.clearance}
                {member.chosen_clearance && <span className="text-ink-3"> · chosen</span>}
              </>
            ),
          },
          { id: 'joined', header: 'Joined', width: 130, cell: (member) => <Time at={member.joined_at} /> },
        ]}
        empty={<EmptyState icon={Users} title="Nobody is here" />}
      />
      <InviteDialog open={inviting} onClose={() => setInviting(false)} />
      {changing && <MemberDialog member={changing} onClose={() => setChanging(undefined)} />}
      {removing && <RemoveMember member={removing} onClose={() => setRemoving(undefined)} />}
    </Page>
  )
}

function RemoveMember({ member, onClose }: { member: Member; onClose: () => void }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () =>
      api.DELETE('/api/v1/members/{person_id}', { params: { path: { person_id: member.id } } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['members'] })
      onClose()
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Remove ${member.name}?`}
      lead="They lose access at once, and their tokens stop working. What they did stays under their name."
      action="Remove member"
      tone="danger"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    />
  )
}
