/** Uploading several files into a folder of a volume, by choosing or by dropping, one after the other. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type DragEvent } from 'react'
import { ProblemError } from '@/api/problem'
import { countOf } from '@/lib/numbers'
import { tell } from '@/ui/Toast'
import { uploadFile } from './sources'

/** A file and where it goes, whatever folder is shown by then. */
interface Sent {
  volume: string
  path: string
  file: File
}

export interface FailedFile extends Sent {
  error: unknown
}

export interface FileUploads {
  total: number
  done: number
  running: boolean
  failed: readonly FailedFile[]
}

const SHOW_EVERY = 20 // files: the tiles behind grow while the rest is sent

export function useFileUploads(volume: string, folder: string) {
  const client = useQueryClient()
  const chooser = useRef<HTMLInputElement>(null)
  const stop = useRef<AbortController>(undefined)
  const [uploads, setUploads] = useState<FileUploads>()
  const send = async (files: readonly Sent[], overwrite = false) => {
    if (files.length === 0) return
    if (stop.current) {
      tell('Other files are still on their way', { detail: 'Choose these again once they are there.' })
      return
    }
    const { signal } = (stop.current = new AbortController())
    const failed: FailedFile[] = []
    let done = 0
    const show = () => setUploads({ total: files.length, done, running: true, failed: [...failed] })
    show()
    for (const sent of files) {
      try {
        await uploadFile(sent.volume, sent.path, sent.file, { signal, overwrite })
        done += 1
      } catch (error) {
        if (signal.aborted) break
        failed.push({ ...sent, error })
      }
      show()
      if (done % SHOW_EVERY === 0) void client.invalidateQueries({ queryKey: ['catalog', 'files', volume] })
    }
    stop.current = undefined
    if (done > 0) tell(`${countOf(done, 'file')} uploaded`)
    setUploads(failed.length > 0 ? { total: files.length, done, running: false, failed } : undefined)
    await client.invalidateQueries({ queryKey: ['catalog', 'files', volume] })
  }
  const here = (files: Iterable<File>): Sent[] =>
    Array.from(files, (file) => ({ volume, path: folder ? `${folder}/${file.name}` : file.name, file }))
  return {
    uploads,
    cancel: () => stop.current?.abort(),
    dismiss: () => setUploads(undefined),
    /** Sends the files again that were there already, over them. */
    replace: () => void send((uploads?.failed ?? []).filter(isThere), true),
    choose: () => chooser.current?.click(),
    dropping: {
      onDragOver: (event: DragEvent) => event.preventDefault(),
      onDrop: (event: DragEvent) => {
        event.preventDefault()
        void send(here(event.dataTransfer.files))
      },
    },
    input: (
      <input
        ref={chooser}
        type="file"
        multiple
        aria-label="Files"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          void send(here(event.target.files ?? []))
          event.target.value = ''
        }}
      />
    ),
  }
}

export const isThere = ({ error }: FailedFile) => error instanceof ProblemError && error.isConflict
