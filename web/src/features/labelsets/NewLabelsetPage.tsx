/** Making a labelset: what it is called, and which kind of answer it asks for. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useMay } from '@/api/me'
import { ProblemError } from '@/api/problem'
import { Button } from '@/ui/Button'
import { ErrorNote } from '@/ui/ErrorState'
import { Checkbox, Field, Input, RadioGroup } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { createLabelset, kindsQuery, labelTypeOf } from './labelsets'

export default function NewLabelsetPage() {
  const may = useMay('labelsets.write')
  const kinds = useQuery(kindsQuery)
  const [name, setName] = useState('')
  const [typedType, setType] = useState<string>()
  const [kind, setKind] = useState('classification')
  const [withExample, setWithExample] = useState(true)
  const client = useQueryClient()
  const navigate = useNavigate()
  const labelType = typedType ?? labelTypeOf(name)
  const chosen = kinds.data?.find((each) => each.name === kind) // until it is known, there is no example to begin with
  const make = useMutation({
    mutationFn: () => {
      const {
        classes = [],
        response_schema = {},
        instructions = '',
      } = withExample ? (chosen?.example ?? {}) : {}
      return createLabelset({
        name,
        label_type: labelType,
        kind,
        description: '',
        // The example's classes will be renamed; their ids shall come from the names they get.
        classes: classes.map((each) => ({ ...each, id: null })),
        response_schema,
        instructions,
      })
    },
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['labelsets'] })
      void navigate(`/labelsets/${made.id}`)
    },
  })
  const problem = make.error instanceof ProblemError ? make.error : undefined
  const errorAt = (field: string) => problem?.field === field && problem.message
  return (
    <Page
      title="New labelset"
      trail={[{ label: 'Labelsets', to: '/labelsets' }]}
      lead="Its classes, fields and instructions come next, with a preview of the form that experts will see."
      actions={
        <Button
          type="submit"
          form="labelset"
          tone="primary"
          busy={make.isPending}
          disabled={!name.trim() || !labelType || !chosen || !may}
          title={may ? undefined : 'Engineers and admins make labelsets.'}
        >
          Save as draft
        </Button>
      }
    >
      <form
        id="labelset"
        className="flex max-w-150 flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <Field label="Name" required error={errorAt('name')}>
          {(wired) => (
            <Input
              {...wired}
              autoFocus
              maxLength={200}
              value={name}
              placeholder="Urgency of a visit"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Label type"
          required
          error={errorAt('label_type')}
          hint="Names the canonical labels, also in code. It never changes."
        >
          {(wired) => (
            <Input
              {...wired}
              className="font-mono"
              value={labelType}
              placeholder="visit_urgency"
              onChange={(event) => setType(event.target.value)}
            />
          )}
        </Field>
        <RadioGroup
          label="An answer is"
          value={kind}
          options={(kinds.data ?? []).map(({ name: value, title, description }) => ({
            value,
            label: title,
            hint: description,
          }))}
          onChange={setKind}
        />
        {kinds.error && <ErrorNote error={kinds.error} />}
        <Checkbox
          label="Begin with an example, to change it"
          checked={withExample}
          onChange={(event) => setWithExample(event.target.checked)}
        />
        {make.error && problem?.field !== 'name' && problem?.field !== 'label_type' && (
          <ErrorNote error={make.error} />
        )}
      </form>
    </Page>
  )
}
