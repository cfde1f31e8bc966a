/** What a member is from now on: role, clearance, access. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Schemas } from '@/api/client'
import { classifications, roles, type Classification } from '@/lib/words'
import { Confirm } from '@/ui/Dialog'
import { Checkbox, Field, RadioGroup } from '@/ui/Field'
import { Select } from '@/ui/Select'

export function MemberDialog({ member, onClose }: { member: Schemas['Member']; onClose: () => void }) {
  const [role, setRole] = useState(member.role)
  const [clearance, setClearance] = useState(member.chosen_clearance)
  const [disabled, setDisabled] = useState(member.disabled)
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: () =>
      api.PATCH('/api/v1/members/{person_id}', {
        params: { path: { person_id: member.id } },
        body: { role, clearance, disabled, version: member.version },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['members'] })
      onClose()
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={member.name}
      action="Save"
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate()}
    >
      <RadioGroup label="Role" value={role} onChange={setRole} options={roles} />
      <Field label="Clearance" hint="The highest classification they may see.">
        {(wired) => (
          <Select
            {...wired}
            placeholder="As the role says"
            value={clearance ?? ''}
            options={classifications}
            onChange={(value) => setClearance((value || null) as Classification | null)}
          />
        )}
      </Field>
      <Checkbox
        label="Disabled: may not sign in"
        checked={disabled}
        onChange={(event) => setDisabled(event.target.checked)}
      />
    </Confirm>
  )
}
