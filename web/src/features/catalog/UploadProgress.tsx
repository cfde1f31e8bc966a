/** Files on their way into a volume: how many have arrived, and which were refused and why. */
import { Ban, Replace, X } from 'lucide-react'
import { fixOf, messageOf } from '@/api/problem'
import { countOf } from '@/lib/numbers'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { ProgressBar } from '@/ui/ProgressBar'
import { isThere, type FileUploads } from './useFileUploads'

interface UploadProgressProps {
  uploads: FileUploads
  onCancel: () => void
  onReplace: () => void
  onDismiss: () => void
}

const SHOWN = 3

export function UploadProgress({ uploads, onCancel, onReplace, onDismiss }: UploadProgressProps) {
  const { total, done, running, failed } = uploads
  const there = failed.filter(isThere).length
  return (
    <section aria-label="Upload" className="mb-4 rounded-card border border-line bg-surface p-3">
      <div className="flex items-center gap-3">
        <p className="min-w-0 flex-1 font-medium" aria-live="polite">
          {running
            ? `Uploading ${done + failed.length + 1} of ${countOf(total, 'file')}`
            : `${countOf(failed.length, 'file')} not uploaded`}
        </p>
        {running ? (
          <Button size="small" icon={Ban} onClick={onCancel}>
            Stop
          </Button>
        ) : (
          <>
            {there > 0 && (
              <Button size="small" icon={Replace} onClick={onReplace}>
                Replace {countOf(there, 'file')}
              </Button>
            )}
            <IconButton icon={X} label="Dismiss" tone="plain" onClick={onDismiss} />
          </>
        )}
      </div>
      {running && (
        <div className="mt-2">
          <ProgressBar label="Files uploaded" done={done + failed.length} total={total} />
        </div>
      )}
      {failed.length > 0 && (
        <ul className="mt-2 text-small text-ink-2">
          {failed.slice(0, SHOWN).map(({ file, error }) => (
            <li key={file.name}>
              <span className="font-medium">{file.name}</span>: {messageOf(error)} {fixOf(error)}
            </li>
          ))}
          {failed.length > SHOWN && <li>and {failed.length - SHOWN} more</li>}
        </ul>
      )}
    </section>
  )
}
