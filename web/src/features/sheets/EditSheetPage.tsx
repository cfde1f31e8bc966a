/** Editing a sheet's definition; a published version stays as it is, the edit becomes the next draft. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { answer, api } from '@/api/client'
import { StateBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { ErrorNote, ErrorState } from '@/ui/ErrorState'
import { Page } from '@/ui/Page'
import { SkeletonText } from '@/ui/Skeleton'
import { UnsavedGuard } from '@/ui/UnsavedGuard'
import { SheetBuilder } from './SheetBuilder'
import { isFinished } from './definition'
import { sheetQuery, versionsQuery, type Definition, type Sheet } from './sheets'

export default function EditSheetPage() {
  const { id = '' } = useParams()
  const sheet = useQuery(sheetQuery(id))
  const versions = useQuery(versionsQuery(id))
  const error = sheet.error ?? versions.error
  if (error)
    return (
      <ErrorState
        page
        error={error}
        onRetry={() => void Promise.all([sheet.refetch(), versions.refetch()])}
      />
    )
  const newest = versions.data?.[0]
  if (!sheet.data || !newest) return <SkeletonText lines={8} />
  return <Editor key={newest.id} sheet={sheet.data} saved={newest.definition} />
}

function Editor({ sheet, saved }: { sheet: Sheet; saved: Definition }) {
  const [definition, setDefinition] = useState(saved)
  // Kept as it was when the editing began, so that someone else's save is noticed and not overwritten.
  const [seen] = useState(sheet.version)
  const client = useQueryClient()
  const navigate = useNavigate()
  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PUT('/api/v1/sheets/{sheet_id}/draft', {
          params: { path: { sheet_id: sheet.id } },
          body: { definition, version: seen },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['sheets'] })
      void navigate(`/data/sheets/${sheet.id}`)
    },
  })
  const changed = JSON.stringify(definition) !== JSON.stringify(saved)
  const next = sheet.draft ?? (sheet.published ?? 0) + 1
  return (
    <Page
      title={sheet.name}
      trail={[
        { label: 'Sheets', to: '/data' },
        { label: sheet.name, to: `/data/sheets/${sheet.id}` },
      ]}
      badges={<StateBadge state="draft" />}
      lead={
        sheet.draft === null ? `Saving begins draft v${next}; v${sheet.published} stays as it is.` : undefined
      }
      actions={
        <>
          <ButtonLink to={`/data/sheets/${sheet.id}`}>Cancel</ButtonLink>
          <Button
            tone="primary"
            busy={save.isPending}
            disabled={!changed || !isFinished(definition)}
            onClick={() => save.mutate()}
          >
            Save draft v{next}
          </Button>
        </>
      }
      body="fill"
    >
      {save.error && (
        <div className="mb-3">
          <ErrorNote error={save.error} />
        </div>
      )}
      <SheetBuilder definition={definition} onChange={setDefinition} />
      <UnsavedGuard unsaved={changed && !save.isPending && !save.isSuccess} />
    </Page>
  )
}
