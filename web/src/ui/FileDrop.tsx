/** One file, dropped or chosen. */
import { FileUp } from 'lucide-react'
import { useRef } from 'react'
import { bytes } from '@/lib/numbers'
import { Button } from './Button'

interface FileDropProps {
  file: File | undefined
  /** Which files are offered, as in HTML: `.jsonl,.json`. */
  accept: string
  onFile: (file: File) => void
}

export function FileDrop({ file, accept, onFile }: FileDropProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- dropping; the button does it by keyboard
    <div
      className="flex flex-col items-center gap-2 rounded-card border border-dashed border-line-strong px-4 py-6 text-center"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        const [dropped] = event.dataTransfer.files
        if (dropped) onFile(dropped)
      }}
    >
      <FileUp aria-hidden size={22} strokeWidth={1.6} className="text-ink-3" />
      {file ? (
        <p>
          <span className="font-medium">{file.name}</span>{' '}
          <span className="text-ink-3">{bytes(file.size)}</span>
        </p>
      ) : (
        <p className="text-ink-2">Drop a file here</p>
      )}
      <Button size="small" data-start="" onClick={() => input.current?.click()}>
        {file ? 'Choose another' : 'Choose a file'}
      </Button>
      <input
        ref={input}
        type="file"
        aria-label="File"
        className="sr-only"
        tabIndex={-1}
        accept={accept}
        onChange={(event) => {
          const [chosen] = event.target.files ?? []
          // So that choosing the same file again, corrected meanwhile, is a change.
          event.target.value = ''
          if (chosen) onFile(chosen)
        }}
      />
    </div>
  )
}
