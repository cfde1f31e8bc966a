/** A volume: its folders and files with small pictures, uploading, and looking at one file. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { FileUp, SearchX, Table2 } from 'lucide-react'
import { useState } from 'react'
import { useParams } from 'react-router'
import { useMay } from '@/api/me'
import { count, countOf } from '@/lib/numbers'
import { useListState, useUrlParameter } from '@/lib/urlState'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorState } from '@/ui/ErrorState'
import { Page } from '@/ui/Page'
import { SkeletonText } from '@/ui/Skeleton'
import { SearchBox } from '@/ui/table'
import { FileDialog } from './FileDialog'
import { FileTiles } from './FileTiles'
import { ListingDialog } from './ListingDialog'
import { SourceHeader } from './SourceHeader'
import { UploadProgress } from './UploadProgress'
import { useFileUploads } from './useFileUploads'
import { filesQuery, volumeQuery } from './sources'

export default function VolumePage() {
  const { volume: name = '' } = useParams()
  const [folder] = useUrlParameter('folder', '')
  const [shown, show] = useUrlParameter('file', '')
  const [listing, setListing] = useState(false)
  const volume = useQuery(volumeQuery(name))
  const list = useListState()
  const files = useInfiniteQuery(filesQuery(name, folder, list.search))
  const mayWrite = useMay('catalog.write')
  const { choose, dropping, input, uploads, ...sending } = useFileUploads(name, folder)
  const schema = name.split('.').slice(0, 2).join('.')
  const error = volume.error ?? files.error
  if (error)
    return (
      <ErrorState page error={error} onRetry={() => void Promise.all([volume.refetch(), files.refetch()])} />
    )
  const entries = files.data?.pages.flatMap((page) => page.items)
  const total = files.data?.pages[0]?.total ?? 0
  const folders = folder ? folder.split('/') : []
  return (
    <Page
      title={folders.at(-1) ?? volume.data?.name ?? name}
      trail={[
        { label: 'Catalog', to: '/data/catalog' },
        { label: schema, to: `/data/catalog/${schema}` },
        ...(folders.length ? [{ label: name.split('.').at(-1) ?? name, to: `/data/volumes/${name}` }] : []),
        ...folders.slice(0, -1).map((label, depth) => ({
          label,
          to: `/data/volumes/${name}?folder=${encodeURIComponent(folders.slice(0, depth + 1).join('/'))}`,
        })),
      ]}
      actions={
        mayWrite && (
          <>
            <Button icon={Table2} onClick={() => setListing(true)}>
              Make a table of the files
            </Button>
            <Button tone="primary" icon={FileUp} onClick={choose}>
              Upload files
            </Button>
          </>
        )
      }
    >
      {volume.data && <SourceHeader said={{ ...volume.data, source: volume.data.full_name }} />}
      {uploads && (
        <UploadProgress
          uploads={uploads}
          onCancel={sending.cancel}
          onReplace={sending.replace}
          onDismiss={sending.dismiss}
        />
      )}
      <div className="flex items-center gap-3 pb-3">
        <SearchBox list={list} label="Find by name" />
        {entries && (
          <span role="status" className="text-ink-3">
            {list.search ? `${countOf(total, 'file')} found` : countOf(total, 'name')}
          </span>
        )}
      </div>
      <div {...(mayWrite ? dropping : {})} className="min-h-60">
        {!entries ? (
          <SkeletonText lines={5} />
        ) : entries.length === 0 && list.search ? (
          <EmptyState icon={SearchX} title="No file is called that">
            The search looks at the names of all files {folder ? 'below this folder' : 'of the volume'}.
          </EmptyState>
        ) : entries.length === 0 ? (
          <EmptyState icon={FileUp} title="No files here">
            {mayWrite
              ? 'Drop pictures or documents here, or upload them. Sheets join them to rows by their names.'
              : 'Files that others upload appear here.'}
          </EmptyState>
        ) : (
          <FileTiles volume={name} entries={entries} onOpen={(entry) => show(entry.path)} />
        )}
        {files.hasNextPage && (
          <Button className="mt-4" busy={files.isFetchingNextPage} onClick={() => void files.fetchNextPage()}>
            Show more of {count(total)}
          </Button>
        )}
      </div>
      {input}
      {shown && (
        <FileDialog
          volume={name}
          path={shown}
          entries={entries ?? []}
          onShow={show}
          onClose={() => show('')}
        />
      )}
      {listing && <ListingDialog volume={name} onClose={() => setListing(false)} />}
    </Page>
  )
}
