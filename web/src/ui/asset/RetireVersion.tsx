/** Archiving one published version of an asset, after a question: nothing brings it back. */
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { Archive } from 'lucide-react'
import { useState } from 'react'
import { Confirm } from '../Dialog'
import { IconButton } from '../IconButton'

interface RetireVersionProps {
  /** As people call it: "v2". */
  version: string
  /** What becomes of what was made with it. */
  lead: string
  archive: () => Promise<unknown>
  /** What is asked for again afterwards. */
  queryKey: QueryKey
}

export function RetireVersion({ version, lead, archive, queryKey }: RetireVersionProps) {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  const run = useMutation({
    mutationFn: archive,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey })
      setAsking(false)
    },
  })
  return (
    <>
      <IconButton icon={Archive} size="small" label={`Archive ${version}`} onClick={() => setAsking(true)} />
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Archive ${version}?`}
        lead={lead}
        action={`Archive ${version}`}
        tone="danger"
        busy={run.isPending}
        error={run.error}
        onConfirm={() => run.mutate()}
      />
    </>
  )
}
