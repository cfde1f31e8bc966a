/** A prompt template: its prompts, edited in place while a draft is open and tried on real items; its versions. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, Pencil, Sparkles } from 'lucide-react'
import { useState } from 'react'
import { useParams } from 'react-router'
import { useMay } from '@/api/me'
import { useUrlParameter } from '@/lib/urlState'
import { RenameDialog } from '@/ui/asset'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { ErrorState } from '@/ui/ErrorState'
import { IconButton } from '@/ui/IconButton'
import { Menu } from '@/ui/Menu'
import { Page } from '@/ui/Page'
import { Select } from '@/ui/Select'
import { SkeletonText } from '@/ui/Skeleton'
import { TabLinks } from '@/ui/Tabs'
import { tellError } from '@/ui/Toast'
import { DuplicateTemplate } from './DuplicateTemplate'
import { PromptEditor } from './PromptEditor'
import { PromptView } from './PromptView'
import { useTrialSheet } from './Trial'
import { changeTemplate, startDraft, templateQuery, templateVersionsQuery, type Template } from './templates'
import { TemplateStates, useTemplateActions } from './TemplatesPage'
import { VersionList } from './VersionList'

export default function TemplatePage() {
  const { id = '' } = useParams()
  const [tab] = useUrlParameter('tab', 'prompt')
  const [wanted, setWanted] = useUrlParameter('version', '')
  const [tried] = useTrialSheet()
  const mayWrite = useMay('templates.write')
  const mayGenerate = useMay('generation.write')
  const template = useQuery(templateQuery(id))
  const versions = useQuery(templateVersionsQuery(id))
  const error = template.error ?? versions.error
  if (error) {
    const again = () => void Promise.all([template.refetch(), versions.refetch()])
    return <ErrorState page error={error} onRetry={again} />
  }
  const newest = versions.data?.[0]
  const shown = versions.data?.find(({ number }) => number === wanted) ?? newest
  if (!template.data || !versions.data || !shown) {
    return (
      <div className="p-6">
        <SkeletonText lines={8} />
      </div>
    )
  }
  const editing = mayWrite && shown.state === 'draft' && !template.data.archived
  return (
    <Page
      title={template.data.name}
      trail={[{ label: 'Prompt Templates', to: '/templates' }]}
      badges={<TemplateStates template={template.data} />}
      lead={template.data.description}
      actions={
        <>
          {versions.data.length > 1 && (
            <Select
              aria-label="Version"
              value={shown.number}
              onChange={(number) => setWanted(number === newest?.number ? '' : number)}
              options={versions.data.map(({ number, state }) => ({
                value: number,
                label: `${number}, ${state}`,
              }))}
            />
          )}
          {mayWrite && template.data.draft === null && !template.data.archived && <StartDraft id={id} />}
          {mayGenerate && template.data.published !== null && (
            <ButtonLink icon={Sparkles} to={`/generate/new?template=${id}${tried ? `&sheet=${tried}` : ''}`}>
              Generate
            </ButtonLink>
          )}
          {mayWrite && <More template={template.data} />}
        </>
      }
      tabs={
        <TabLinks
          label="Template"
          tabs={[
            { to: '?', label: 'Prompt' },
            { to: '?tab=versions', label: 'Versions', figure: versions.data.length },
          ]}
        />
      }
    >
      {tab === 'versions' ? (
        <VersionList templateId={id} versions={versions.data} />
      ) : editing ? (
        <PromptEditor key={shown.id} template={template.data} draft={shown} />
      ) : (
        <PromptView template={template.data} version={shown} />
      )}
    </Page>
  )
}

function StartDraft({ id }: { id: string }) {
  const client = useQueryClient()
  const start = useMutation({
    mutationFn: () => startDraft(id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['templates'] }),
    onError: tellError,
  })
  return (
    <Button icon={Pencil} busy={start.isPending} onClick={() => start.mutate()}>
      Edit as a draft
    </Button>
  )
}

function More({ template }: { template: Template }) {
  const [open, setOpen] = useState<'rename' | 'copy'>()
  const actions = useTemplateActions(() => setOpen('copy'))(template)
  return (
    <>
      <Menu actions={[[{ label: 'Name and description…', onSelect: () => setOpen('rename') }], ...actions]}>
        <IconButton icon={Ellipsis} label="More" tone="plain" />
      </Menu>
      {open === 'copy' && <DuplicateTemplate template={template} onClose={() => setOpen(undefined)} />}
      {open === 'rename' && (
        <RenameDialog
          asset={template}
          queryKey="templates"
          save={(changed) => changeTemplate(template.id, { ...changed, version: template.version })}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  )
}
