/** Throwing the draft of an asset away; only where a published version stands behind it. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../Button'
import { Confirm } from '../Dialog'

interface DiscardDraftProps {
  /** The published version, as people read it; null where there is none. */
  published: string | null
  /** The queries that show the asset. */
  queryKey: string
  discard: () => Promise<unknown>
}

export function DiscardDraft({ published, queryKey, discard }: DiscardDraftProps) {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  const discarding = useMutation({
    mutationFn: discard,
    onSuccess: () => client.invalidateQueries({ queryKey: [queryKey] }),
  })
  if (published === null) return null
  return (
    <>
      <Button tone="quiet" onClick={() => setAsking(true)}>
        Discard
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Discard this draft?"
        lead={`What was changed since ${published} is gone for good.`}
        action="Discard"
        tone="danger"
        busy={discarding.isPending}
        error={discarding.error}
        onConfirm={() => discarding.mutate()}
      />
    </>
  )
}
