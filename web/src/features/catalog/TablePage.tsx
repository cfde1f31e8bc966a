/** A table: its rows, its columns with what is said of them, and what can be made from it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, ListChecks, LockKeyhole, Trash2, Upload } from 'lucide-react'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { api } from '@/api/client'
import { useMay } from '@/api/me'
import { count, countOf } from '@/lib/numbers'
import { useUrlParameter } from '@/lib/urlState'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { Card, Facts } from '@/ui/Card'
import { Confirm } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorState } from '@/ui/ErrorState'
import { IconButton } from '@/ui/IconButton'
import { Menu } from '@/ui/Menu'
import { Page } from '@/ui/Page'
import { SkeletonText } from '@/ui/Skeleton'
import { TabLinks } from '@/ui/Tabs'
import { ValueGrid } from '@/ui/table'
import { ColumnList } from './ColumnList'
import { SourceHeader } from './SourceHeader'
import { UploadDialog } from './UploadDialog'
import { rowsQuery, tableQuery, type Table } from './sources'

export default function TablePage() {
  const { table: name = '' } = useParams()
  const [tab] = useUrlParameter('tab', 'rows')
  const [open, setOpen] = useState<'upload' | 'drop'>()
  const { data: table, error, refetch } = useQuery(tableQuery(name))
  const mayWrite = useMay('catalog.write')
  const mayMake = useMay('sheets.write')
  const schema = name.split('.').slice(0, 2).join('.')
  if (error) return <ErrorState page error={error} onRetry={() => void refetch()} />
  return (
    <Page
      title={table?.name ?? name.split('.').at(-1) ?? name}
      trail={[
        { label: 'Catalog', to: '/data/catalog' },
        { label: schema, to: `/data/catalog/${schema}` },
      ]}
      actions={
        <>
          {mayMake && (
            <ButtonLink tone="primary" icon={ListChecks} to={`/data/sheets/new?table=${name}`}>
              Make a sheet
            </ButtonLink>
          )}
          {mayWrite && (
            <Menu
              actions={[
                [{ label: 'Upload rows…', icon: Upload, onSelect: () => setOpen('upload') }],
                [{ label: 'Drop the table…', icon: Trash2, danger: true, onSelect: () => setOpen('drop') }],
              ]}
            >
              <IconButton icon={Ellipsis} label="More" tone="plain" />
            </Menu>
          )}
        </>
      }
      tabs={
        <TabLinks
          label="Table"
          tabs={[
            { to: '?', label: 'Rows', figure: table && count(table.row_count) },
            { to: '?tab=columns', label: 'Columns', figure: table?.columns.length },
            { to: '?tab=details', label: 'Details' },
          ]}
        />
      }
      body={tab === 'rows' ? 'fill' : 'scroll'}
    >
      {table ? (
        <>
          <SourceHeader
            said={{ ...table, source: table.full_name }}
            figures={<span className="text-ink-3">{countOf(table.row_count, 'row')}</span>}
          />
          {tab === 'columns' ? (
            <ColumnList table={table} />
          ) : tab === 'details' ? (
            <Details table={table} />
          ) : (
            <Rows table={table} />
          )}
        </>
      ) : (
        <SkeletonText lines={8} />
      )}
      {open === 'upload' && <UploadDialog within={schema} table={name} onClose={() => setOpen(undefined)} />}
      {open === 'drop' && <DropTable name={name} schema={schema} onClose={() => setOpen(undefined)} />}
    </Page>
  )
}

const AT_ONCE = 100
const numeric = /^(tinyint|smallint|int|bigint|float|double|decimal)/

function Rows({ table }: { table: Table }) {
  const [from, setFrom] = useUrlParameter('from', '0')
  const start = Math.max(0, Number(from) || 0)
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...rowsQuery(table.full_name, start, AT_ONCE),
    placeholderData: (previous) => previous,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonText lines={8} />
  if (data.rows.length === 0 && data.withheld.length > 0) return <AboveClearance withheld={data.withheld} />
  const withheld = new Map(
    data.withheld.map((each) => [each.column, `${each.classification}: ${each.reason}`]),
  )
  const last = Math.min(start + AT_ONCE, data.row_count)
  return (
    <div className={isPlaceholderData ? 'flex min-h-0 flex-col opacity-60' : 'flex min-h-0 flex-col'}>
      <ValueGrid
        label={`Rows of ${table.name}`}
        start={data.start}
        rows={data.rows}
        columns={table.columns.map((column) => ({
          name: column.name,
          detail: column.type_text,
          numeric: numeric.test(column.type_text),
          withheld: withheld.get(column.name),
        }))}
      />
      <div className="flex shrink-0 items-center gap-2 pt-2 text-small text-ink-3">
        {data.row_count === 0 ? 'No rows' : `${count(start + 1)}–${count(last)} of ${count(data.row_count)}`}
        <Button
          size="small"
          disabled={start === 0}
          onClick={() => setFrom(String(Math.max(0, start - AT_ONCE)))}
        >
          Previous
        </Button>
        <Button
          size="small"
          disabled={last >= data.row_count}
          onClick={() => setFrom(String(start + AT_ONCE))}
        >
          Next
        </Button>
      </div>
    </div>
  )
}

function AboveClearance({ withheld }: { withheld: readonly { reason: string }[] }) {
  return (
    <EmptyState icon={LockKeyhole} title="These rows are withheld">
      {withheld[0]?.reason}
    </EmptyState>
  )
}

function Details({ table }: { table: Table }) {
  return (
    <Card className="max-w-180">
      <Facts
        facts={[
          ['Full name', table.full_name],
          ['Kind', table.table_type.toLowerCase()],
          ['Format', table.data_source_format],
          [
            'State',
            <code key="pin" className="font-mono text-small">
              {table.pin}
            </code>,
          ],
          [
            'Lies at',
            <code key="at" className="font-mono text-small">
              {table.storage_location}
            </code>,
          ],
          ['Changed', new Date(table.updated_at).toLocaleString()],
        ]}
      />
    </Card>
  )
}

function DropTable({ name, schema, onClose }: { name: string; schema: string; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const drop = useMutation({
    mutationFn: () => api.DELETE('/api/v1/catalog/tables/{table}', { params: { path: { table: name } } }),
    onSuccess: async () => {
      void navigate(`/data/catalog/${schema}`)
      await client.invalidateQueries({ queryKey: ['catalog'], refetchType: 'none' })
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Drop ${name}?`}
      lead="Its rows are deleted, and sheets that point at it can no longer be read. This cannot be undone."
      action="Drop table"
      tone="danger"
      busy={drop.isPending}
      error={drop.error}
      onConfirm={() => drop.mutate()}
    />
  )
}
