/** Uploading several files into a folder of a volume, by choosing or by dropping, one after the other. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, type DragEvent } from 'react'
import { countOf } from '@/lib/numbers'
import { tell, tellError } from '@/ui/Toast'
import { uploadFile } from './sources'

export function useFileUploads(volume: string, folder: string) {
  const client = useQueryClient()
  const chooser = useRef<HTMLInputElement>(null)
  const send = async (files: FileList | null) => {
    let sent = 0
    for (const file of Array.from(files ?? [])) {
      const path = folder ? `${folder}/${file.name}` : file.name
      try {
        await uploadFile(volume, path, file)
        sent += 1
      } catch (error) {
        tellError(error)
      }
    }
    if (sent > 0) tell(`${countOf(sent, 'file')} uploaded`)
    await client.invalidateQueries({ queryKey: ['catalog', 'files', volume] })
  }
  return {
    choose: () => chooser.current?.click(),
    dropping: {
      onDragOver: (event: DragEvent) => event.preventDefault(),
      onDrop: (event: DragEvent) => {
        event.preventDefault()
        void send(event.dataTransfer.files)
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
          void send(event.target.files)
          event.target.value = ''
        }}
      />
    ),
  }
}
