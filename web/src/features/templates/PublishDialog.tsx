/** Publishing a draft as the next version: how much it changes decides the number. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Confirm } from '@/ui/Dialog'
import { RadioGroup } from '@/ui/Field'
import { tell } from '@/ui/Toast'
import { publishDraft, type Bump, type Template, type TemplateVersion } from './templates'
import { Differences } from './VersionList'

interface PublishDialogProps {
  template: Template
  draft: TemplateVersion
  onClose: () => void
}

const BUMPS: readonly { value: Bump; label: string; hint: string }[] = [
  { value: 'major', label: 'Major', hint: 'It asks for something else, or reads other fields.' },
  { value: 'minor', label: 'Minor', hint: 'It asks the same in another way.' },
  { value: 'patch', label: 'Patch', hint: 'Only spelling or notes.' },
]

export function PublishDialog({ template, draft, onClose }: PublishDialogProps) {
  const client = useQueryClient()
  const [bump, setBump] = useState<Bump>(draft.suggested ?? 'minor')
  const publish = useMutation({
    mutationFn: () => publishDraft(template.id, draft.version, template.published === null ? null : bump),
    onSuccess: async (version) => {
      onClose()
      tell(`${template.name} ${version.number} is published`)
      await client.invalidateQueries({ queryKey: ['templates'] })
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      width="normal"
      title={`Publish ${template.name}?`}
      lead="A published version never changes: training sheets name the version they were made with."
      action="Publish"
      busy={publish.isPending}
      error={publish.error}
      onConfirm={() => publish.mutate()}
    >
      {template.published !== null && (
        <>
          <Differences templateId={template.id} before={template.published} after={draft.number} />
          <RadioGroup
            label="How much changes"
            value={bump}
            onChange={setBump}
            options={BUMPS.map((each) => ({
              ...each,
              label: each.value === draft.suggested ? `${each.label} (suggested)` : each.label,
            }))}
          />
        </>
      )}
    </Confirm>
  )
}
