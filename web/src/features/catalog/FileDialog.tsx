/** One file of a volume, large, with the next and the previous one a key away. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, Download, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '@/api/client'
import { useMay } from '@/api/me'
import { bytes } from '@/lib/numbers'
import { useKey } from '@/lib/useKey'
import { Button } from '@/ui/Button'
import { Confirm, Dialog } from '@/ui/Dialog'
import { IconButton } from '@/ui/IconButton'
import { FileView } from '@/ui/view'
import { fileAddress, type VolumeEntry } from './sources'

interface FileDialogProps {
  volume: string
  path: string
  entries: readonly VolumeEntry[]
  onShow: (path: string) => void
  onClose: () => void
}

export function FileDialog({ volume, path, entries, onShow, onClose }: FileDialogProps) {
  const files = entries.filter((entry) => !entry.is_folder)
  const place = files.findIndex((entry) => entry.path === path)
  const entry = files[place]
  const before = files[place - 1]
  const after = files[place + 1]
  const mayWrite = useMay('catalog.write')
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  const keyed = { inDialogs: true, enabled: !asking } // a question is about the file it was asked of
  useKey('list.next', () => after && onShow(after.path), keyed)
  useKey('list.previous', () => before && onShow(before.path), keyed)
  const remove = useMutation({
    mutationFn: () =>
      api.DELETE('/api/v1/catalog/volumes/{volume}/files', { params: { path: { volume }, query: { path } } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['catalog', 'files', volume] })
      onClose()
    },
  })
  const address = fileAddress(volume, path)
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title={path.split('/').at(-1) ?? path}
      lead={[entry?.media_type, entry?.size_bytes != null && bytes(entry.size_bytes)]
        .filter(Boolean)
        .join(' · ')}
      footer={
        <>
          <span className="mr-auto flex gap-1">
            <IconButton
              icon={ChevronLeft}
              label="Previous file"
              keyName="list.previous"
              disabled={!before}
              onClick={() => before && onShow(before.path)}
            />
            <IconButton
              icon={ChevronRight}
              label="Next file"
              keyName="list.next"
              disabled={!after}
              onClick={() => after && onShow(after.path)}
            />
          </span>
          {mayWrite && (
            <Button icon={Trash2} onClick={() => setAsking(true)}>
              Delete
            </Button>
          )}
          <a
            href={`${address}&download=true`}
            download
            className="inline-flex h-7.5 items-center gap-1.5 rounded-control border border-line-strong bg-raised px-3 font-medium hover:bg-hover"
          >
            <Download aria-hidden size={15} />
            Download
          </a>
        </>
      }
    >
      <FileView src={address} name={path} className="h-[58vh]" keyed />
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${path}?`}
        lead="Items that it belongs to lose it. This cannot be undone."
        action="Delete file"
        tone="danger"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      />
    </Dialog>
  )
}
