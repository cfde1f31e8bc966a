/** Every prompt template of the workspace. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Archive, Copy, FileText, Plus, RotateCcw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { useMay } from '@/api/me'
import { pagedQuery } from '@/api/pages'
import { useListState } from '@/lib/urlState'
import { StateBadge } from '@/ui/Badge'
import { ButtonLink } from '@/ui/ButtonLink'
import { EmptyState } from '@/ui/EmptyState'
import type { MenuAction } from '@/ui/Menu'
import { Page } from '@/ui/Page'
import { DataTable } from '@/ui/table'
import { Time } from '@/ui/Time'
import { tell, tellError } from '@/ui/Toast'
import { DuplicateTemplate } from './DuplicateTemplate'
import { archiveTemplate, deleteTemplate, restoreTemplate, type Template } from './templates'

export default function TemplatesPage() {
  const list = useListState(['label_type', 'archived'], 'name')
  const [copying, setCopying] = useState<Template>()
  const mayWrite = useMay('templates.write')
  const query = useInfiniteQuery(
    pagedQuery<Template>(['templates', 'list', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/templates', {
          params: {
            query: {
              search: list.search || null,
              label_type: list.filters.label_type ?? null,
              archived: list.filters.archived === 'true',
              sort: list.sort ?? 'name',
              cursor: cursor ?? null,
            },
          },
        }),
      ),
    ),
  )
  const actions = useTemplateActions(setCopying)
  const start = mayWrite && (
    <ButtonLink tone="primary" icon={Plus} to="/templates/new">
      New template
    </ButtonLink>
  )
  return (
    <Page
      title="Prompt Templates"
      lead="A template turns an item into a prompt. Its published versions never change, so a training sheet can say exactly what was asked."
      actions={start}
      body="fill"
    >
      <DataTable
        noun="template"
        list={list}
        query={query}
        rowId={(template) => template.id}
        rowLabel={(template) => template.name}
        rowTo={(template) => `/templates/${template.id}`}
        {...(mayWrite && { rowActions: actions })}
        searchLabel="Search templates"
        filters={[{ name: 'archived', label: 'In use', options: [{ value: 'true', label: 'archived' }] }]}
        columns={[
          { id: 'name', header: 'Name', sort: 'name', cell: (template) => template.name },
          {
            id: 'type',
            header: 'Label type',
            width: 190,
            cell: (template) => <code className="font-mono text-small">{template.label_type}</code>,
          },
          {
            id: 'state',
            header: 'State',
            width: 200,
            cell: (template) => <TemplateStates template={template} />,
          },
          {
            id: 'by',
            header: 'Made by',
            width: 140,
            cell: (template) => <span className="text-ink-2">{template.created_by_name}</span>,
          },
          {
            id: 'changed',
            header: 'Changed',
            width: 130,
            cell: (template) => <Time at={template.changed_at} />,
          },
        ]}
        empty={
          <EmptyState icon={FileText} title="Write your first template" actions={start}>
            A system prompt, a prompt with the item's fields in it, and the labelset that answers belong to.
            Try it on real items before you publish.
          </EmptyState>
        }
      />
      {copying && <DuplicateTemplate template={copying} onClose={() => setCopying(undefined)} />}
    </Page>
  )
}

export function TemplateStates({ template }: { template: Template }) {
  return (
    <span className="flex items-center gap-1.5">
      {template.archived && <StateBadge state="archived" />}
      {template.published !== null && (
        <>
          <StateBadge state="published" />
          <span className="text-small text-ink-3">{template.published}</span>
        </>
      )}
      {template.draft !== null && <StateBadge state="draft" />}
    </span>
  )
}

export function useTemplateActions(copy: (template: Template) => void) {
  const client = useQueryClient()
  const run = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => client.invalidateQueries({ queryKey: ['templates'] }),
    onError: tellError,
  })
  const archive = (template: Template) =>
    run.mutate(async () => {
      const archived = await archiveTemplate(template.id, template.version)
      const undo = () => run.mutate(() => restoreTemplate(template.id, archived.version))
      tell(`${template.name} is archived`, { action: { label: 'Undo', run: undo } })
    })
  return (template: Template): MenuAction[][] => [
    [{ label: 'Duplicate…', icon: Copy, onSelect: () => copy(template) }],
    [
      template.archived
        ? {
            label: 'Restore',
            icon: RotateCcw,
            onSelect: () => run.mutate(() => restoreTemplate(template.id, template.version)),
          }
        : { label: 'Archive', icon: Archive, onSelect: () => archive(template) },
      ...(template.published === null
        ? [
            {
              label: 'Delete',
              icon: Trash2,
              danger: true,
              onSelect: () => run.mutate(() => deleteTemplate(template.id, template.version)),
            },
          ]
        : []),
    ],
  ]
}
