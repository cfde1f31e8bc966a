/** Making a sheet. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { answer, api } from '@/api/client'
import { ProblemError } from '@/api/problem'
import { Button } from '@/ui/Button'
import { Field, Input } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { tellError } from '@/ui/Toast'
import { UnsavedGuard } from '@/ui/UnsavedGuard'
import { inWords } from '@/ui/form'
import { SheetBuilder } from './SheetBuilder'
import { emptyDefinition, isFinished, saidOf } from './definition'

export default function NewSheetPage() {
  const [params] = useSearchParams()
  const table = params.get('table') ?? ''
  const [name, setName] = useState(table ? inWords(table.split('.').at(-1) ?? '') : '')
  const [description, setDescription] = useState('')
  const [definition, setDefinition] = useState(() => emptyDefinition(table))
  const client = useQueryClient()
  const navigate = useNavigate()
  const make = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/sheets', { body: { name, description, definition } })),
    onSuccess: async (sheet) => {
      await client.invalidateQueries({ queryKey: ['sheets'] })
      void navigate(`/data/sheets/${sheet.id}`)
    },
    onError: (error) => {
      if (!(error instanceof ProblemError && error.field === 'name')) tellError(error)
    },
  })
  const problem = make.error instanceof ProblemError ? make.error : undefined
  const touched = definition.item_key.length > 0 && !make.isPending && !make.isSuccess
  return (
    <Page
      title="New sheet"
      trail={[{ label: 'Sheets', to: '/data' }]}
      actions={
        <Button
          tone="primary"
          busy={make.isPending}
          disabled={!name.trim() || !isFinished(definition)}
          onClick={() => make.mutate()}
        >
          Save as draft
        </Button>
      }
      body="fill"
    >
      <SheetBuilder definition={definition} onChange={setDefinition}>
        <div className="mb-6 flex flex-col gap-3">
          <Field label="Name" required error={saidOf(problem, 'name')}>
            {(wired) => <Input {...wired} value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
          <Field label="Description">
            {(wired) => (
              <Input
                {...wired}
                value={description}
                onChange={(event) => setDescription(event.target.value)}
              />
            )}
          </Field>
        </div>
      </SheetBuilder>
      <UnsavedGuard unsaved={touched} />
    </Page>
  )
}
