/** The catalog: catalogs and schemas on the left, the tables and volumes of the chosen schema on the right. */
import { useQueries, useQuery } from '@tanstack/react-query'
import { Database, Ellipsis, FolderOpen, Plus, Table2, Trash2, Upload } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import type { Schemas } from '@/api/client'
import { useMay } from '@/api/me'
import { TagBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { EmptyState } from '@/ui/EmptyState'
import { IconButton } from '@/ui/IconButton'
import { ErrorState } from '@/ui/ErrorState'
import { Menu } from '@/ui/Menu'
import { Page } from '@/ui/Page'
import { SkeletonText } from '@/ui/Skeleton'
import { CatalogTree } from './CatalogTree'
import { DataTabs } from './DataTabs'
import { DropDialog, type DropTarget } from './DropDialog'
import { NewSourceDialog, type NewSource } from './NewSourceDialog'
import { SourceHeader } from './SourceHeader'
import { UploadDialog } from './UploadDialog'
import { catalogsQuery, schemasQuery, tablesQuery, tagsQuery, volumesQuery } from './sources'

export default function CatalogPage() {
  const { schema: chosen } = useParams()
  const catalogs = useQuery(catalogsQuery)
  const schemas = useQueries({ queries: (catalogs.data ?? []).map(({ name }) => schemasQuery(name)) })
  const listed = schemas.flatMap(({ data }) => data ?? [])
  const schema = chosen ?? listed[0]?.full_name
  const [making, setMaking] = useState<NewSource>()
  const [uploading, setUploading] = useState(false)
  const [dropping, setDropping] = useState<DropTarget>()
  const mayWrite = useMay('catalog.write')
  const droppable: DropTarget[] = [
    ...(schema ? [{ what: 'schema' as const, name: schema }] : []),
    ...(catalogs.data ?? []).map(({ name }) => ({ what: 'catalog' as const, name })),
  ]
  const ways = mayWrite && (
    <>
      <Button tone="primary" icon={Upload} onClick={() => setUploading(true)}>
        Upload a table
      </Button>
      <Button icon={FolderOpen} onClick={() => setMaking('volume')}>
        New volume
      </Button>
    </>
  )
  return (
    <Page
      title="Data"
      lead="Tables and volumes that sheets point at. Nothing is copied: a sheet reads them where they lie."
      tabs={<DataTabs />}
      actions={
        mayWrite && (
          <>
            <Menu
              actions={[
                [
                  { label: 'Catalog…', icon: Database, onSelect: () => setMaking('catalog') },
                  { label: 'Schema…', icon: FolderOpen, onSelect: () => setMaking('schema') },
                  {
                    label: 'Volume…',
                    icon: FolderOpen,
                    detail: 'A folder for files',
                    onSelect: () => setMaking('volume'),
                  },
                ],
              ]}
            >
              <Button icon={Plus}>New</Button>
            </Menu>
            <Button tone="primary" icon={Upload} onClick={() => setUploading(true)}>
              Upload a table
            </Button>
            {droppable.length > 0 && (
              <Menu
                actions={[
                  droppable.map((target) => ({
                    label: `Drop ${target.what} ${target.name}…`,
                    icon: Trash2,
                    danger: true,
                    onSelect: () => setDropping(target),
                  })),
                ]}
              >
                <IconButton icon={Ellipsis} label="More" tone="plain" />
              </Menu>
            )}
          </>
        )
      }
    >
      {catalogs.error ? (
        <ErrorState error={catalogs.error} onRetry={() => void catalogs.refetch()} />
      ) : (
        <div className="grid h-full grid-cols-[14rem_minmax(0,1fr)] items-start gap-4">
          <CatalogTree catalogs={catalogs.data} current={schema} />
          {schema ? (
            <div>
              <SchemaHeader schema={listed.find(({ full_name }) => full_name === schema)} />
              <SchemaContents schema={schema} actions={ways} />
            </div>
          ) : (
            catalogs.data && <NoSchema actions={ways} />
          )}
        </div>
      )}
      {making && <NewSourceDialog what={making} within={schema} onClose={() => setMaking(undefined)} />}
      {dropping && <DropDialog {...dropping} onClose={() => setDropping(undefined)} />}
      {uploading && <UploadDialog within={schema} onClose={() => setUploading(false)} />}
    </Page>
  )
}

function NoSchema({ actions }: { actions: ReactNode }) {
  return (
    <EmptyState icon={Database} title="Bring your data" actions={actions}>
      Upload a CSV, JSON Lines or Parquet file to make a table, or make a volume for pictures and documents.
      Their catalog and schema are made on the way.
    </EmptyState>
  )
}

function SchemaHeader({ schema }: { schema: Schemas['CatalogSchema'] | undefined }) {
  const tags = useQuery({ ...tagsQuery(schema?.full_name ?? ''), enabled: schema !== undefined })
  if (!schema || !tags.data) return null
  const { source, inherited, classification } = tags.data
  return <SourceHeader said={{ ...schema, source, inherited_tags: inherited, classification }} />
}

function SchemaContents({ schema, actions }: { schema: string; actions: ReactNode }) {
  const tables = useQuery(tablesQuery(schema))
  const volumes = useQuery(volumesQuery(schema))
  const failed = tables.error ?? volumes.error
  if (failed)
    return (
      <ErrorState error={failed} onRetry={() => void Promise.all([tables.refetch(), volumes.refetch()])} />
    )
  if (!tables.data || !volumes.data) return <SkeletonText lines={6} />
  if (tables.data.items.length + volumes.data.items.length === 0) {
    return (
      <EmptyState icon={Table2} title={`${schema} is empty`} actions={actions}>
        Upload a CSV, JSON Lines or Parquet file to make a table, or make a volume for pictures and documents.
      </EmptyState>
    )
  }
  return (
    <div className="flex flex-col gap-4">
      <Sources title="Tables" kind="tables" sources={tables.data.items} />
      <Sources title="Volumes" kind="volumes" sources={volumes.data.items} />
    </div>
  )
}

interface SourcesProps {
  title: string
  kind: 'tables' | 'volumes'
  sources: readonly { full_name: string; name: string; comment: string; tags: Record<string, string> }[]
}

function Sources({ title, kind, sources }: SourcesProps) {
  const Icon = kind === 'tables' ? Table2 : FolderOpen
  if (sources.length === 0) return null
  return (
    <Card title={title} flush>
      <ul className="divide-y divide-line">
        {sources.map((source) => (
          <li
            key={source.full_name}
            className="relative flex min-h-10 items-center gap-3 px-4 py-1.5 hover:bg-hover"
          >
            <Icon aria-hidden size={16} strokeWidth={1.75} className="shrink-0 text-ink-3" />
            <Link
              to={`/data/${kind}/${source.full_name}`}
              className="font-medium after:absolute after:inset-0 hover:underline"
            >
              {source.name}
            </Link>
            {Object.entries(source.tags).map(([key, value]) => (
              <TagBadge key={key} name={key} value={value} />
            ))}
            <span className="min-w-0 flex-1 truncate text-ink-3">{source.comment}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
