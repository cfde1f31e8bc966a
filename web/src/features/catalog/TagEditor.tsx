/** The tags of a source: its own to edit, the inherited ones to see. PHI, PII and CONFIDENTIAL govern use. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { TagBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Dialog'
import { Input } from '@/ui/Field'
import { IconButton } from '@/ui/IconButton'

const suggested = ['PHI', 'PII', 'CONFIDENTIAL', 'classification']

interface TagEditorProps {
  source: string
  own: Record<string, string>
  inherited: Record<string, string>
  onClose: () => void
}

export function TagEditor({ source, own, inherited, onClose }: TagEditorProps) {
  const [tags, setTags] = useState(() => Object.entries(own))
  /** As they were when the editor was opened. */
  const [seen] = useState(own)
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PUT('/api/v1/governance/tags/of', {
          body: { source, tags: Object.fromEntries(tags.filter(([key]) => key.trim())), seen },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries()
      onClose()
    },
    onError: () => client.invalidateQueries(),
  })
  const change = (place: number, key: string, value: string) =>
    setTags(tags.map((tag, other) => (other === place ? [key, value] : tag)))
  const above = Object.entries(inherited).filter(([key]) => !(key in own))
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Tags of ${source}`}
      lead="Tags go down: what a table carries, its columns carry, and so does everything made from them."
      action="Save tags"
      busy={save.isPending}
      error={save.error}
      onConfirm={() => save.mutate()}
    >
      {above.length > 0 && (
        <p className="flex flex-wrap items-center gap-1.5 text-small text-ink-2">
          Inherited:
          {above.map(([key, value]) => (
            <TagBadge key={key} name={key} value={value} inherited />
          ))}
        </p>
      )}
      <ul className="flex flex-col gap-2">
        {tags.map(([key, value], place) => (
          <li key={place} className="flex items-center gap-2">
            <Input
              aria-label={`Tag ${place + 1}`}
              placeholder="tag"
              value={key}
              onChange={(event) => change(place, event.target.value, value)}
            />
            <Input
              aria-label={`Value of tag ${place + 1}`}
              placeholder="value, may stay empty"
              value={value}
              onChange={(event) => change(place, key, event.target.value)}
            />
            <IconButton
              icon={X}
              label={`Remove tag ${key || place + 1}`}
              onClick={() => setTags(tags.filter((_, other) => other !== place))}
            />
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button size="small" icon={Plus} onClick={() => setTags([...tags, ['', '']])}>
          Add
        </Button>
        {suggested
          .filter((name) => tags.every(([key]) => key.toLowerCase() !== name.toLowerCase()))
          .map((name) => (
            <Button
              key={name}
              size="small"
              tone="quiet"
              onClick={() => setTags([...tags, [name, name === 'classification' ? 'confidential' : '']])}
            >
              {name}
            </Button>
          ))}
      </div>
    </Confirm>
  )
}
