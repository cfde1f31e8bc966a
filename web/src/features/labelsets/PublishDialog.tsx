/** Publishing a draft: what differs, and a decision for the labels of every class that is gone. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { countOf } from '@/lib/numbers'
import { Confirm } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { tell } from '@/ui/Toast'
import { changeDraft, publishDraft, usageQuery, type Labelset, type LabelsetVersion } from './labelsets'
import { Differences } from './VersionList'

interface PublishDialogProps {
  labelset: Labelset
  draft: LabelsetVersion
  before: LabelsetVersion | undefined
  /** The draft as it is kept by now, with what becomes of labels. */
  onDraft: (draft: LabelsetVersion) => void
  onClose: () => void
}

const STALE = '(stale)'

export function PublishDialog({ labelset, draft, before, onDraft, onClose }: PublishDialogProps) {
  const client = useQueryClient()
  const usage = useQuery(usageQuery(labelset.id))
  const now = draft.classes ?? []
  const gone = (before?.classes ?? []).filter(({ id }) => !now.some((kept) => kept.id === id))
  const [decided, decide] = useState<Record<string, string>>(() =>
    Object.fromEntries(Object.entries(draft.migration?.classes ?? {}).map(([id, to]) => [id, to ?? STALE])),
  )
  const open = gone.filter(({ id }) => decided[id] === undefined)
  const publish = useMutation({
    mutationFn: async () => {
      const classes = Object.fromEntries(
        gone.map(({ id }) => [id, decided[id] === STALE ? null : (decided[id] ?? null)]),
      )
      const ready = await changeDraft(labelset.id, { migration: { classes }, version: draft.version })
      onDraft(ready)
      return publishDraft(labelset.id, ready.version)
    },
    onSuccess: async (version) => {
      onClose()
      tell(`${labelset.name} v${version.number} is published`)
      await client.invalidateQueries({ queryKey: ['labelsets'] })
    },
  })
  const labelsOf = (id: string) => usage.data?.classes.find((each) => each.id === id)?.labels ?? 0
  return (
    <Confirm
      open
      onClose={onClose}
      width="normal"
      title={`Publish ${labelset.name} v${draft.number}?`}
      lead="A published version never changes. Templates and labels name the version they were made with."
      action="Publish"
      busy={publish.isPending}
      disabled={open.length > 0}
      error={publish.error}
      onConfirm={() => publish.mutate()}
    >
      {before && <Differences labelsetId={labelset.id} before={before.number} after={draft.number} />}
      {gone.map(({ id, name }) => (
        <Field
          key={id}
          label={`“${name}” is gone. What becomes of its ${countOf(labelsOf(id), 'label')}?`}
          required
        >
          {(wired) => (
            <Select
              {...wired}
              value={decided[id] ?? ''}
              onChange={(to) => decide({ ...decided, [id]: to })}
              placeholder="Decide…"
              options={[
                ...now.map((kept) => ({ value: kept.id, label: `They become “${kept.name}”` })),
                { value: STALE, label: 'They become stale: experts look again' },
              ]}
            />
          )}
        </Field>
      ))}
    </Confirm>
  )
}
