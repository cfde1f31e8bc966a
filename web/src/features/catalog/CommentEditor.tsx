/** Saying what a source is, for everyone who will use it. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { Confirm } from '@/ui/Dialog'
import { Field, TextArea } from '@/ui/Field'

interface CommentEditorProps {
  said: { source: string; comment: string; comment_version: number }
  onClose: () => void
}

export function CommentEditor({ said, onClose }: CommentEditorProps) {
  const [comment, setComment] = useState(said.comment)
  const [version] = useState(said.comment_version)
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PUT('/api/v1/catalog/comments', {
          body: { source: said.source, comment, version },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['catalog'] })
      onClose()
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Comment on ${said.source}`}
      action="Save comment"
      busy={save.isPending}
      error={save.error}
      onConfirm={() => save.mutate()}
    >
      <Field label="Comment" hint="What is it, where does it come from, what must one know?">
        {(wired) => (
          <TextArea
            {...wired}
            rows={4}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
        )}
      </Field>
    </Confirm>
  )
}
