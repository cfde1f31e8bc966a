/** Every part of the design system on one page, for looking at it in light and dark while developing. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Check, Database, Download, Flag, Pencil, Plus, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'react-router'
import { pagedQuery } from '@/api/pages'
import { useListState } from '@/lib/urlState'
import { Badge, StateBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { IconButton } from '@/ui/IconButton'
import { Card, Facts, Figure, Fold } from '@/ui/Card'
import { Combobox } from '@/ui/Combobox'
import { Confirm, Drawer } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNote } from '@/ui/ErrorState'
import { Checkbox, Field, Input, RadioGroup } from '@/ui/Field'
import { Menu } from '@/ui/Menu'
import { Page } from '@/ui/Page'
import { ProgressBar, StatusBar } from '@/ui/ProgressBar'
import { Select } from '@/ui/Select'
import { SkeletonText } from '@/ui/Skeleton'
import { TabLinks } from '@/ui/Tabs'
import { tell } from '@/ui/Toast'
import { DataTable, nothing, type Selection } from '@/ui/table'
import { CodeEditor, SideBySide, JsonView } from '@/ui/view'
import { Time } from '@/ui/Time'
import { GalleryForm } from './GalleryForm'
import { samplePage, statuses, type SampleRow } from './sampleRows'

export default function GalleryPage() {
  const { pathname } = useLocation()
  const shown = pathname.split('/')[2]
  return (
    <Page
      title="Design system"
      badges={<StateBadge state="draft" />}
      lead="Every part in one place; press ? for the keys."
      actions={
        <>
          <Button icon={Download}>Export</Button>
          <Button
            tone="primary"
            icon={Plus}
            onClick={() => tell('Sheet made', { action: { label: 'Undo', run: () => tell('Undone') } })}
          >
            New sheet
          </Button>
        </>
      }
      tabs={
        <TabLinks
          label="Gallery"
          tabs={[
            { to: '/gallery', label: 'Parts' },
            { to: '/gallery/form', label: 'Form' },
            { to: '/gallery/table', label: 'Table', figure: '2,400' },
          ]}
        />
      }
      body={shown === 'table' ? 'fill' : 'scroll'}
    >
      {shown === 'table' ? <SampleTable /> : shown === 'form' ? <GalleryForm /> : <Parts />}
    </Page>
  )
}

function SampleTable() {
  const list = useListState(['status'], 'name')
  const [selection, setSelection] = useState<Selection>(nothing)
  const query = useInfiniteQuery(
    pagedQuery<SampleRow>(['sample', list.query], (cursor) => samplePage(list.query, cursor)),
  )
  return (
    <DataTable
      noun="training sheet"
      list={list}
      query={query}
      rowId={(row) => row.id}
      rowLabel={(row) => row.name}
      rowTo={(row) => `/gallery?open=${row.id}`}
      searchLabel="Search training sheets"
      filters={[
        { name: 'status', label: 'Any status', options: statuses.map((value) => ({ value, label: value })) },
      ]}
      selection={selection}
      onSelect={setSelection}
      bulkActions={
        <Button size="small" icon={Trash2}>
          Archive
        </Button>
      }
      rowActions={() => [[{ label: 'Duplicate' }], [{ label: 'Archive', danger: true, icon: Trash2 }]]}
      columns={[
        { id: 'name', header: 'Name', sort: 'name', cell: (row) => row.name },
        { id: 'status', header: 'Status', width: 120, cell: (row) => <StateBadge state={row.status} /> },
        {
          id: 'progress',
          header: 'Progress',
          width: 200,
          cell: (row) => <StatusBar thin counts={row.counts} />,
        },
        { id: 'pairs', header: 'Pairs', width: 90, align: 'right', sort: 'pairs', cell: (row) => row.pairs },
        {
          id: 'changed',
          header: 'Changed',
          width: 130,
          sort: 'changed_at',
          cell: (row) => <Time at={row.changed_at} />,
        },
      ]}
      empty={<EmptyState icon={Database} title="No training sheets yet" />}
    />
  )
}

function Parts() {
  const [open, setOpen] = useState<'confirm' | 'drawer'>()
  const [mode, setMode] = useState('ai')
  const [chosen, setChosen] = useState<string>()
  const [code, setCode] = useState('Classify the part {{ name }}.\n{% if note %}Note: {{ note }}{% endif %}')
  return (
    <div className="grid grid-cols-12 gap-4">
      <Card title="Buttons" className="col-span-7">
        <div className="flex flex-wrap items-center gap-2">
          <Button tone="primary" icon={Check} keyName="review.approve">
            Approve
          </Button>
          <Button icon={Pencil} keyName="review.edit">
            Edit
          </Button>
          <Button icon={X} keyName="review.reject">
            Reject
          </Button>
          <Button icon={Flag} keyName="review.flag">
            Flag
          </Button>
          <Button tone="quiet">Quiet</Button>
          <Button tone="danger" icon={Trash2} onClick={() => setOpen('confirm')}>
            Retract
          </Button>
          <Button busy>Saving</Button>
          <Button disabled>Disabled</Button>
          <ButtonLink to="/gallery/table">A link</ButtonLink>
          <IconButton icon={Plus} label="Add" onClick={() => setOpen('drawer')} />
          <Menu
            actions={[
              [{ label: 'Rename', icon: Pencil }, { label: 'Duplicate' }],
              [{ label: 'Archive', danger: true }],
            ]}
          >
            <Button>Menu</Button>
          </Menu>
        </div>
      </Card>
      <Card title="States" className="col-span-5">
        <div className="flex flex-wrap gap-1.5">
          {[
            'draft',
            'published',
            'archived',
            'generating',
            'review',
            'approved',
            'failed',
            'labeled',
            'flagged',
            'rejected',
            'unlabeled',
            'stale',
          ].map((state) => (
            <StateBadge key={state} state={state} />
          ))}
          <Badge tone="bad">Training prohibited: PHI</Badge>
          <Badge tone="good">All uses allowed</Badge>
        </div>
      </Card>
      <Card title="Progress" className="col-span-7">
        <div className="grid grid-cols-4 gap-4 pb-4">
          <Figure value="312" label="labeled" detail="of 500" />
          <Figure value="150" label="from canonical labels" />
          <Figure value="38" label="to review" />
          <Figure value="12.4 h" label="of expert time saved" />
        </div>
        <StatusBar legend counts={{ labeled: 162, reused: 150, unlabeled: 138, rejected: 30, flagged: 20 }} />
        <div className="pt-4">
          <ProgressBar label="Generating" done={210} total={500} />
        </div>
      </Card>
      <Card title="Fields" className="col-span-5">
        <div className="flex flex-col gap-3">
          <Field label="Name" hint="Shown to everyone in the workspace." required>
            {(wired) => <Input {...wired} defaultValue="Medical invoices" />}
          </Field>
          <Field label="Filter" error="There is no column “amout” in this sheet. Did you mean “amount”?">
            {(wired) => <Input {...wired} className="font-mono" defaultValue="amout > 100" />}
          </Field>
          <div className="grid grid-cols-2 gap-3">
            <Field label="Item key">
              {(wired) => (
                <Select
                  {...wired}
                  value="a"
                  onChange={() => {}}
                  options={[{ value: 'a', label: 'invoice_id' }]}
                />
              )}
            </Field>
            <Field label="Template">
              {(wired) => (
                <Combobox
                  {...wired}
                  value={chosen}
                  onChange={setChosen}
                  options={[
                    { value: '1', label: 'Urgency' },
                    { value: '2', label: 'Totals' },
                  ]}
                />
              )}
            </Field>
          </div>
          <Checkbox label="Include archived" />
        </div>
      </Card>
      <Card title="Choices" className="col-span-4">
        <RadioGroup
          label="Mode"
          value={mode}
          onChange={setMode}
          options={[
            { value: 'ai', label: 'AI', hint: 'A model answers; answers are checked.' },
            { value: 'manual', label: 'Manual', hint: 'Experts answer each item.' },
          ]}
        />
      </Card>
      <Card title="Facts" flush className="col-span-4">
        <Fold name="gallery.facts" title="Guidelines">
          <Facts
            facts={[
              ['Source', 'main.medical.invoices'],
              ['Made by', 'Testa Expertsen'],
              ['Rows', '500'],
            ]}
          />
        </Fold>
        <Fold name="gallery.more" title="Folded" startOpen={false}>
          Inside.
        </Fold>
      </Card>
      <Card title="Trouble" className="col-span-4">
        <div className="flex flex-col gap-3">
          <ErrorNote error={new TypeError('fetch')} />
          <SkeletonText />
        </div>
      </Card>
      <Card title="Code" className="col-span-6">
        <CodeEditor
          language="jinja"
          label="User prompt"
          value={code}
          onChange={setCode}
          suggestions={[{ name: 'name', detail: 'string' }]}
        />
      </Card>
      <Card title="JSON" className="col-span-6">
        <JsonView value={{ amount: 12.5, provider: 'Sample Ward Clinic', lines: [{ code: 'A1' }] }} />
      </Card>
      <Card title="Difference" className="col-span-12">
        <SideBySide
          left={{ class: 'urgent' }}
          right={{ class: 'routine', note: 'seen twice' }}
          leftLabel="Version 1"
          rightLabel="Version 2"
        />
      </Card>
      <Confirm
        open={open === 'confirm'}
        onClose={() => setOpen(undefined)}
        onConfirm={() => setOpen(undefined)}
        title="Retract this label?"
        lead="The gate refuses it at once; its history stays."
        action="Retract label"
        tone="danger"
      />
      <Drawer open={open === 'drawer'} onClose={() => setOpen(undefined)} title="History">
        Three versions.
      </Drawer>
    </div>
  )
}
