/** A sheet: its items, its definition, its versions. */
import { useQuery } from '@tanstack/react-query'
import { Pencil, Sparkles } from 'lucide-react'
import { useParams } from 'react-router'
import { useMay } from '@/api/me'
import { count } from '@/lib/numbers'
import { useUrlParameter } from '@/lib/urlState'
import { ButtonLink } from '@/ui/ButtonLink'
import { ErrorState } from '@/ui/ErrorState'
import { Page } from '@/ui/Page'
import { Select } from '@/ui/Select'
import { SkeletonText } from '@/ui/Skeleton'
import { TabLinks } from '@/ui/Tabs'
import { DefinitionView } from './DefinitionView'
import { MadeFromIt } from './MadeFromIt'
import { Publish } from './Publish'
import { SheetItems } from './SheetItems'
import { SheetStates } from './SheetsPage'
import { SheetMenu } from './SheetMenu'
import { VersionList } from './VersionList'
import { sheetQuery, versionsQuery } from './sheets'

export default function SheetPage() {
  const { id = '' } = useParams()
  const [tab] = useUrlParameter('tab', 'items')
  const [wanted, setWanted] = useUrlParameter('version', '')
  const sheet = useQuery(sheetQuery(id))
  const versions = useQuery(versionsQuery(id))
  const mayWrite = useMay('sheets.write')
  const mayGenerate = useMay('generation.write')
  const error = sheet.error ?? versions.error
  if (error)
    return (
      <ErrorState
        page
        error={error}
        onRetry={() => void Promise.all([sheet.refetch(), versions.refetch()])}
      />
    )
  const shown = versions.data?.find(({ number }) => String(number) === wanted) ?? versions.data?.[0]
  const keep = wanted ? `&version=${wanted}` : ''
  if (!sheet.data || !versions.data || !shown) {
    return (
      <div className="p-6">
        <SkeletonText lines={8} />
      </div>
    )
  }
  return (
    <Page
      title={sheet.data.name}
      trail={[{ label: 'Sheets', to: '/data' }]}
      badges={<SheetStates sheet={sheet.data} />}
      lead={sheet.data.description}
      actions={
        <>
          {versions.data.length > 1 && (
            <Select
              aria-label="Version"
              value={String(shown.number)}
              onChange={(number) => setWanted(number === String(versions.data[0]?.number) ? '' : number)}
              options={versions.data.map(({ number, state }) => ({
                value: String(number),
                label: `v${number}, ${state}`,
              }))}
            />
          )}
          {mayWrite && sheet.data.state !== 'archived' && (
            <ButtonLink icon={Pencil} to={`/data/sheets/${id}/edit`}>
              Edit
            </ButtonLink>
          )}
          {mayGenerate && sheet.data.published !== null && sheet.data.state !== 'archived' && (
            <ButtonLink
              icon={Sparkles}
              tone={sheet.data.draft === null ? 'primary' : 'plain'}
              to={`/generate/new?sheet=${id}`}
            >
              Generate
            </ButtonLink>
          )}
          {mayWrite && sheet.data.draft !== null && <Publish sheet={sheet.data} />}
          {mayWrite && <SheetMenu sheet={sheet.data} />}
        </>
      }
      tabs={
        <TabLinks
          label="Sheet"
          tabs={[
            {
              to: `?${keep.slice(1)}`,
              label: 'Items',
              figure: shown.item_count === null ? undefined : count(shown.item_count),
            },
            { to: `?tab=definition${keep}`, label: 'Definition' },
            { to: `?tab=versions${keep}`, label: 'Versions', figure: versions.data.length },
            { to: `?tab=uses${keep}`, label: 'Training sheets' },
          ]}
        />
      }
      body={tab === 'items' ? 'fill' : 'scroll'}
    >
      {tab === 'definition' ? (
        <DefinitionView version={shown} />
      ) : tab === 'versions' ? (
        <VersionList sheetId={id} versions={versions.data} />
      ) : tab === 'uses' ? (
        <MadeFromIt sheetId={id} />
      ) : (
        <SheetItems key={shown.id} sheetId={id} version={shown} />
      )}
    </Page>
  )
}
