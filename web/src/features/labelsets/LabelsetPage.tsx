/** A labelset: its definition, which is edited in place while a draft is open, its versions, and its labels. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, Pencil } from 'lucide-react'
import { useState } from 'react'
import { useParams } from 'react-router'
import { useMay } from '@/api/me'
import { count } from '@/lib/numbers'
import { useUrlParameter } from '@/lib/urlState'
import { RenameDialog } from '@/ui/asset'
import { Button } from '@/ui/Button'
import { ErrorState } from '@/ui/ErrorState'
import { IconButton } from '@/ui/IconButton'
import { Menu } from '@/ui/Menu'
import { Page } from '@/ui/Page'
import { Select } from '@/ui/Select'
import { SkeletonText } from '@/ui/Skeleton'
import { TabLinks } from '@/ui/Tabs'
import { tellError } from '@/ui/Toast'
import { DefinitionView } from './DefinitionView'
import { DraftEditor } from './DraftEditor'
import { DuplicateLabelset } from './DuplicateLabelset'
import { changeLabelset, labelsetQuery, labelsetVersionsQuery, startDraft, type Labelset } from './labelsets'
import { LabelsetStates, useLabelsetActions } from './LabelsetsPage'
import { UsageView } from './UsageView'
import { VersionList } from './VersionList'

export default function LabelsetPage() {
  const { id = '' } = useParams()
  const [tab] = useUrlParameter('tab', 'definition')
  const [wanted, setWanted] = useUrlParameter('version', '')
  const mayWrite = useMay('labelsets.write')
  const labelset = useQuery(labelsetQuery(id))
  const versions = useQuery(labelsetVersionsQuery(id))
  const error = labelset.error ?? versions.error
  if (error) {
    const again = () => void Promise.all([labelset.refetch(), versions.refetch()])
    return <ErrorState page error={error} onRetry={again} />
  }
  const newest = versions.data?.[0]
  const shown = versions.data?.find(({ number }) => String(number) === wanted) ?? newest
  if (!labelset.data || !versions.data || !shown) {
    return (
      <div className="p-6">
        <SkeletonText lines={8} />
      </div>
    )
  }
  const editing = mayWrite && shown.state === 'draft' && !labelset.data.archived
  return (
    <Page
      title={labelset.data.name}
      trail={[{ label: 'Labelsets', to: '/labelsets' }]}
      badges={<LabelsetStates labelset={labelset.data} />}
      lead={
        labelset.data.description || <code className="font-mono text-small">{labelset.data.label_type}</code>
      }
      actions={
        <>
          {versions.data.length > 1 && (
            <Select
              aria-label="Version"
              value={String(shown.number)}
              onChange={(number) => setWanted(number === String(newest?.number) ? '' : number)}
              options={versions.data.map(({ number, state }) => ({
                value: String(number),
                label: `v${number}, ${state}`,
              }))}
            />
          )}
          {mayWrite && labelset.data.draft === null && !labelset.data.archived && <StartDraft id={id} />}
          {mayWrite && <More labelset={labelset.data} />}
        </>
      }
      tabs={
        <TabLinks
          label="Labelset"
          tabs={[
            { to: '?', label: 'Definition' },
            { to: '?tab=versions', label: 'Versions', figure: versions.data.length },
            { to: '?tab=usage', label: 'Labels', figure: count(labelset.data.labels) },
          ]}
        />
      }
    >
      {tab === 'versions' ? (
        <VersionList labelsetId={id} versions={versions.data} />
      ) : tab === 'usage' ? (
        <UsageView labelset={labelset.data} />
      ) : editing ? (
        <DraftEditor key={shown.id} labelset={labelset.data} draft={shown} versions={versions.data} />
      ) : (
        <DefinitionView version={shown} />
      )}
    </Page>
  )
}

function StartDraft({ id }: { id: string }) {
  const client = useQueryClient()
  const start = useMutation({
    mutationFn: () => startDraft(id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['labelsets'] }),
    onError: tellError,
  })
  return (
    <Button icon={Pencil} busy={start.isPending} onClick={() => start.mutate()}>
      Edit as a draft
    </Button>
  )
}

function More({ labelset }: { labelset: Labelset }) {
  const [open, setOpen] = useState<'rename' | 'copy'>()
  const actions = useLabelsetActions(() => setOpen('copy'))(labelset)
  return (
    <>
      <Menu actions={[[{ label: 'Name and description…', onSelect: () => setOpen('rename') }], ...actions]}>
        <IconButton icon={Ellipsis} label="More" tone="plain" />
      </Menu>
      {open === 'copy' && <DuplicateLabelset labelset={labelset} onClose={() => setOpen(undefined)} />}
      {open === 'rename' && (
        <RenameDialog
          asset={labelset}
          queryKey="labelsets"
          save={(changed) => changeLabelset(labelset.id, { ...changed, version: labelset.version })}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  )
}
