/** Throwing a draft away. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Dialog'
import { discardDraft, type Template } from './templates'

export function DiscardDraft({ template, version }: { template: Template; version: number }) {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  const discard = useMutation({
    mutationFn: () => discardDraft(template.id, version),
    onSuccess: () => client.invalidateQueries({ queryKey: ['templates'] }),
  })
  if (template.published === null) return null
  return (
    <>
      <Button tone="quiet" onClick={() => setAsking(true)}>
        Discard
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Discard this draft?"
        lead={`What was changed since ${template.published} is gone for good.`}
        action="Discard"
        tone="danger"
        busy={discard.isPending}
        error={discard.error}
        onConfirm={() => discard.mutate()}
      />
    </>
  )
}
