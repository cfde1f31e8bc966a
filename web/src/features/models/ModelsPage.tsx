/** Which models may be called from here, what may be sent to each, and whether they answer. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Cpu, MessageSquareText, Pencil, Plus, Power, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { useMay } from '@/api/me'
import { pagedQuery } from '@/api/pages'
import { useListState, useUrlParameter } from '@/lib/urlState'
import { Badge, ClassificationBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import type { MenuAction } from '@/ui/Menu'
import { Page } from '@/ui/Page'
import { DataTable } from '@/ui/table'
import { tell, tellError } from '@/ui/Toast'
import { ModelForm } from './ModelForm'
import { changeModel, KINDS, removeModel, type ModelEndpoint, type ModelKind } from './models'
import { TryModel } from './TryModel'

export default function ModelsPage() {
  const list = useListState(['kind', 'enabled'])
  const [openId, setOpenId] = useUrlParameter('model', '')
  const [dialog, setDialog] = useState<{ of: 'try' | 'remove'; model: ModelEndpoint }>()
  const mayWrite = useMay('models.write')
  const query = useInfiniteQuery(
    pagedQuery<ModelEndpoint>(['models', 'list', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/models', {
          params: {
            query: {
              search: list.search || null,
              kind: (list.filters.kind as ModelKind | undefined) ?? null,
              enabled: list.filters.enabled ? list.filters.enabled === 'true' : null,
              cursor: cursor ?? null,
            },
          },
        }),
      ),
    ),
  )
  const client = useQueryClient()
  const switching = useMutation({
    mutationFn: (model: ModelEndpoint) =>
      changeModel(model.id, { enabled: !model.enabled, version: model.version }),
    onSuccess: async ({ name, enabled }) => {
      tell(`${name} is ${enabled ? 'on' : 'off'}`)
      await client.invalidateQueries({ queryKey: ['models'] })
    },
    onError: tellError,
  })
  const opened = query.data?.pages.flatMap(({ items }) => items).find(({ id }) => id === openId)
  const actions = (model: ModelEndpoint): MenuAction[][] => [
    [
      { label: 'Edit', icon: Pencil, onSelect: () => setOpenId(model.id) },
      { label: 'Try…', icon: MessageSquareText, onSelect: () => setDialog({ of: 'try', model }) },
    ],
    [
      {
        label: model.enabled ? 'Switch off' : 'Switch on',
        icon: Power,
        onSelect: () => switching.mutate(model),
      },
      {
        label: 'Remove…',
        icon: Trash2,
        danger: true,
        onSelect: () => setDialog({ of: 'remove', model }),
      },
    ],
  ]
  const add = mayWrite && (
    <Button tone="primary" icon={Plus} onClick={() => setOpenId('new')}>
      Add a model
    </Button>
  )
  return (
    <Page
      title="Models"
      lead="Only these may be called. Keys stay in the server's environment; content above a model's ceiling is never sent to it."
      actions={add}
      body="fill"
    >
      <DataTable
        noun="model"
        list={list}
        query={query}
        rowId={(model) => model.id}
        rowLabel={(model) => model.name}
        {...(mayWrite && { rowTo: (model: ModelEndpoint) => `?model=${model.id}`, rowActions: actions })}
        searchLabel="Search models"
        filters={[
          {
            name: 'kind',
            label: 'Any kind',
            options: KINDS.map(({ value, label }) => ({ value, label })),
          },
          {
            name: 'enabled',
            label: 'On and off',
            options: [
              { value: 'true', label: 'on' },
              { value: 'false', label: 'off' },
            ],
          },
        ]}
        columns={[
          { id: 'name', header: 'Name', cell: (model) => model.name },
          {
            id: 'model',
            header: 'Model',
            width: 250,
            cell: (model) => (
              <span className="text-ink-2">
                {model.model ? `${model.model} at ${model.base_url ?? ''}` : 'runs here'}
              </span>
            ),
          },
          {
            id: 'ceiling',
            header: 'Sees up to',
            width: 130,
            cell: (model) => <ClassificationBadge classification={model.max_classification} />,
          },
          { id: 'key', header: 'Key', width: 240, cell: (model) => <Key model={model} /> },
          {
            id: 'on',
            header: 'State',
            width: 80,
            cell: (model) =>
              model.enabled ? <Badge tone="good">on</Badge> : <Badge tone="neutral">off</Badge>,
          },
        ]}
        empty={
          <EmptyState icon={Cpu} title="No model yet" actions={add}>
            A model proposes answers; experts decide. The nearest-label model needs no server and no key: it
            learns from your own canonical labels.
          </EmptyState>
        }
      />
      {(openId === 'new' || opened) && (
        <ModelForm key={openId} model={opened} onClose={() => setOpenId('')} />
      )}
      {dialog?.of === 'try' && <TryModel model={dialog.model} onClose={() => setDialog(undefined)} />}
      {dialog?.of === 'remove' && <Remove model={dialog.model} onClose={() => setDialog(undefined)} />}
    </Page>
  )
}

function Key({ model }: { model: ModelEndpoint }) {
  if (!model.key_name) return <span className="text-ink-3">none</span>
  return (
    <span className="flex items-center gap-1.5">
      <code className="truncate font-mono text-small">{model.key_name}</code>
      {!model.key_is_set && (
        <Badge tone="warn" title="The server finds no such environment variable.">
          not set
        </Badge>
      )}
    </span>
  )
}

function Remove({ model, onClose }: { model: ModelEndpoint; onClose: () => void }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => removeModel(model.id, model.version),
    onSuccess: async () => {
      onClose()
      await client.invalidateQueries({ queryKey: ['models'] })
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Remove ${model.name}?`}
      lead="Templates that name it will have no model. Its answers stay where they are."
      action="Remove"
      tone="danger"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    />
  )
}
