/** A table with one row per file of a volume, so that files without a table can be a sheet. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { answer, api } from '@/api/client'
import { Confirm } from '@/ui/Dialog'
import { Field, Input } from '@/ui/Field'

export function ListingDialog({ volume, onClose }: { volume: string; onClose: () => void }) {
  const [pattern, setPattern] = useState('**/*')
  const [fullName, setFullName] = useState(`${volume}_files`)
  const client = useQueryClient()
  const navigate = useNavigate()
  const make = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/catalog/tables/from-volume', { body: { volume, pattern, full_name: fullName } }),
      ),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['catalog'] })
      void navigate(`/data/tables/${made.full_name}`)
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title="Make a table of the files"
      lead="One row per file: path, name, stem, suffix, size and time."
      action="Make the table"
      busy={make.isPending}
      error={make.error}
      onConfirm={() => make.mutate()}
    >
      <Field label="Files" hint="**/*.jpg takes all; {key}_front.jpg also fills a column key." required>
        {(wired) => (
          <Input
            {...wired}
            required
            className="font-mono"
            value={pattern}
            onChange={(event) => setPattern(event.target.value)}
          />
        )}
      </Field>
      <Field label="Table" required>
        {(wired) => (
          <Input {...wired} required value={fullName} onChange={(event) => setFullName(event.target.value)} />
        )}
      </Field>
    </Confirm>
  )
}
