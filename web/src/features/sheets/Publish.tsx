/** Publishing a draft: its key is checked on every row, then the version never changes. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Dialog'
import { tell } from '@/ui/Toast'
import { CheckLine } from './CheckLine'
import { publishSheet, sheetCheckQuery, type Sheet } from './sheets'

export function Publish({ sheet }: { sheet: Sheet }) {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  const draft = sheet.draft ?? undefined
  const check = useQuery({ ...sheetCheckQuery(sheet.id, draft), enabled: asking })
  const publish = useMutation({
    mutationFn: () => publishSheet(sheet.id, sheet.version),
    onSuccess: async (version) => {
      setAsking(false)
      tell(`${sheet.name} v${version.number} is published`)
      await client.invalidateQueries({ queryKey: ['sheets'] })
    },
  })
  return (
    <>
      <Button tone="primary" onClick={() => setAsking(true)}>
        Publish v{draft}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        width="normal"
        title={`Publish ${sheet.name} v${draft}?`}
        lead="A published version never changes; training sheets and labels are made from it. New rows of its tables still appear."
        action="Publish"
        busy={publish.isPending}
        disabled={!check.data || check.data.problem !== null}
        error={publish.error ?? check.error ?? undefined}
        onConfirm={() => publish.mutate()}
      >
        <CheckLine check={check.data} busy={check.isFetching} />
      </Confirm>
    </>
  )
}
