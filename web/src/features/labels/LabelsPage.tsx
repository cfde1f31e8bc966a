/** Canonical labels: choose what to label with which label type, see how far it is, and look at every label. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { BadgeCheck, Download, Upload } from 'lucide-react'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { answer, api, type Schemas } from '@/api/client'
import { useMay } from '@/api/me'
import { pagedQuery } from '@/api/pages'
import { spokenRef } from '@/features/sheets'
import { useListState } from '@/lib/urlState'
import { Badge, StateBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'
import { DataTable } from '@/ui/table'
import { Time } from '@/ui/Time'
import { ExportDialog } from './ExportDialog'
import { ImportDialog } from './ImportDialog'
import { LabelDrawer } from './LabelDrawer'
import { labelsetsQuery, progressQuery, type Label } from './labels'
import { LabelerShares, LabelingProgressLine } from './Progress'
import { WalkPicker } from './WalkPicker'

export default function LabelsPage() {
  const [params, setParams] = useSearchParams()
  const sheetId = params.get('sheet') ?? undefined
  const labelType = params.get('type') ?? undefined
  const walk = sheetId && labelType ? { sheetId, labelType } : undefined
  const progress = useQuery(progressQuery(walk))
  const [dialog, open] = useState<'import' | 'export'>()
  const may = useMay('labels.write')
  const mayExport = useMay('exports.write')
  const set = (name: string, value: string | undefined) =>
    setParams((previous) => {
      const next = new URLSearchParams(previous)
      if (value) next.set(name, value)
      else next.delete(name)
      return next
    })
  return (
    <Page
      title="Canonical Labeling"
      lead="One truth per item and label type. Every training sheet takes it from here, and is never asked again."
      actions={
        labelType && (
          <>
            {may && (
              <Button icon={Upload} disabled={!sheetId} onClick={() => open('import')}>
                Import
              </Button>
            )}
            {mayExport && (
              <Button icon={Download} onClick={() => open('export')}>
                Export
              </Button>
            )}
          </>
        )
      }
      body="fill"
    >
      <div className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <WalkPicker
          sheetId={sheetId}
          labelType={labelType}
          onSheet={(id) => set('sheet', id)}
          onLabelType={(type) => set('type', type)}
        />
        {walk && may && (
          <ButtonLink tone="primary" to={`/labels/items?type=${walk.labelType}&sheet=${walk.sheetId}`}>
            Label item by item
          </ButtonLink>
        )}
      </div>
      {progress.data && (
        <div className="mb-3 flex flex-wrap items-center gap-x-6 gap-y-1">
          <LabelingProgressLine progress={progress.data} />
          <LabelerShares progress={progress.data} />
        </div>
      )}
      {labelType ? (
        <LabelTable
          key={labelType}
          labelType={labelType}
          sheetId={sheetId}
          onOpen={(id) => set('label', id)}
        />
      ) : (
        <Start />
      )}
      {params.get('label') && (
        <LabelDrawer id={params.get('label') ?? ''} onClose={() => set('label', undefined)} />
      )}
      {dialog === 'import' && walk && <ImportDialog walk={walk} onClose={() => open(undefined)} />}
      {dialog === 'export' && labelType && (
        <ExportDialog labelType={labelType} sheetId={sheetId} onClose={() => open(undefined)} />
      )}
    </Page>
  )
}

function Start() {
  const labelsets = useQuery(labelsetsQuery)
  if (!labelsets.data) return null
  const ready = labelsets.data.items.some(({ published }) => published !== null)
  return (
    <EmptyState
      icon={BadgeCheck}
      title={ready ? 'Choose a label type to begin' : 'First say what a label may be'}
      actions={
        !ready && (
          <ButtonLink tone="primary" to="/labelsets">
            Go to the labelsets
          </ButtonLink>
        )
      }
    >
      A label type is defined by a labelset{!ready && ', and none is published yet'}. With a sheet beside it
      you can label its items one by one, or import labels that you have.
    </EmptyState>
  )
}

interface LabelTableProps {
  labelType: string
  sheetId: string | undefined
  onOpen: (id: string) => void
}

function LabelTable({ labelType, sheetId, onOpen }: LabelTableProps) {
  const list = useListState(['verdict', 'confidence', 'stale'])
  const { verdict, confidence, stale } = list.filters
  const query = useInfiniteQuery(
    pagedQuery<Label>(['labels', 'list', labelType, sheetId, list.query], (cursor) =>
      answer(
        api.GET('/api/v1/labels', {
          params: {
            query: {
              label_type: labelType,
              sheet_id: sheetId ?? null,
              verdict: (verdict as Schemas['Verdict'] | undefined) ?? null,
              confidence: (confidence as Schemas['Confidence'] | undefined) ?? null,
              stale: stale === undefined ? null : stale === 'true',
              search: list.search || null,
              cursor: cursor ?? null,
            },
          },
        }),
      ),
    ),
  )
  return (
    <DataTable
      noun="label"
      list={list}
      query={query}
      rowId={(label) => label.id}
      rowLabel={(label) => spokenRef(label.item_ref)}
      searchLabel="Search items"
      filters={[
        {
          name: 'verdict',
          label: 'Standing labels',
          options: ['answered', 'unlabelable', 'retracted'].map((value) => ({ value, label: value })),
        },
        {
          name: 'confidence',
          label: 'Any confidence',
          options: ['high', 'medium', 'low'].map((value) => ({ value, label: `${value} confidence` })),
        },
        ...(sheetId
          ? [
              {
                name: 'stale',
                label: 'Fresh and stale',
                options: [
                  { value: 'true', label: 'only stale' },
                  { value: 'false', label: 'only fresh' },
                ],
              },
            ]
          : []),
      ]}
      columns={[
        {
          id: 'item',
          header: 'Item',
          width: 180,
          cell: (label) => (
            <button
              type="button"
              className="max-w-full truncate text-left font-medium hover:underline"
              onClick={() => onOpen(label.id)}
            >
              {spokenRef(label.item_ref)}
            </button>
          ),
        },
        {
          id: 'says',
          header: 'Says',
          cell: (label) =>
            label.withheld ? (
              <span className="text-ink-3" title={label.withheld}>
                withheld
              </span>
            ) : label.verdict === 'answered' ? (
              label.summary
            ) : (
              <StateBadge state={label.verdict} />
            ),
        },
        {
          id: 'stale',
          header: 'Remarks',
          width: 80,
          cell: (label) => label.stale && <Badge tone="warn">stale</Badge>,
        },
        { id: 'confidence', header: 'Confidence', width: 100, cell: (label) => label.confidence },
        { id: 'by', header: 'By', width: 140, cell: (label) => label.labeled_by_name },
        { id: 'at', header: 'Changed', width: 130, cell: (label) => <Time at={label.changed_at} /> },
      ]}
      empty={
        <EmptyState icon={BadgeCheck} title="No labels of this type yet">
          Label a sheet item by item, import labels that you have, or approve pairs in review: each becomes a
          canonical label.
        </EmptyState>
      }
    />
  )
}
