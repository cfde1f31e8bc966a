/** Labels out as JSON Lines: only those that the gate allows for the use that is named. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { addressOf, answer, api } from '@/api/client'
import { spokenUse, USES, type Use } from '@/features/governance'
import { JobProgress, useJob } from '@/features/jobs'
import { countOf } from '@/lib/numbers'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ErrorNote } from '@/ui/ErrorState'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Select'
import type { ExportReport } from './labels'

interface ExportDialogProps {
  labelType: string
  sheetId: string | undefined
  onClose: () => void
}

export function ExportDialog({ labelType, sheetId, onClose }: ExportDialogProps) {
  const [use, setUse] = useState<Use>('training')
  const [jobId, setJobId] = useState<string>()
  const { data: job } = useJob(jobId)
  const made = job?.status === 'succeeded' ? (job.result as unknown as ExportReport) : undefined
  const start = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/labels/export', {
          body: { label_type: labelType, use, sheet_id: sheetId ?? null },
        }),
      ),
    onSuccess: ({ id }) => setJobId(id),
  })
  const left = Object.entries(made?.excluded ?? {})
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Export labels of ${labelType}`}
      lead={sheetId ? "Of the items of this sheet's table." : 'Of all items.'}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          {made && made.rows > 0 && job ? (
            <a
              href={addressOf(`/labels/export/${job.id}`)}
              download
              className="inline-flex h-7.5 items-center rounded-control bg-accent px-3 font-medium text-on-accent hover:bg-accent-hover"
            >
              Download {countOf(made.rows, 'label')}
            </a>
          ) : (
            <Button
              tone="primary"
              busy={start.isPending}
              disabled={job !== undefined && !made}
              onClick={() => start.mutate()}
            >
              Export
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field
          label="For which use"
          hint="Labels that may not be used for it stay behind; the exit is recorded."
        >
          {(wired) => (
            <Select
              {...wired}
              value={use}
              onChange={(next) => {
                setUse(next as Use)
                setJobId(undefined)
              }}
              options={USES.map((value) => ({ value, label: spokenUse(value) }))}
            />
          )}
        </Field>
        {start.error && <ErrorNote error={start.error} />}
        {job && !made && <JobProgress job={job} />}
        {made && (
          <div role="status">
            <p>
              {made.rows > 0
                ? `${countOf(made.rows, 'label')} may leave.`
                : 'Nothing may leave for this use.'}
            </p>
            {left.length > 0 && (
              <ul className="mt-1 list-disc pl-5 text-ink-2">
                {left.map(([reason, rows]) => (
                  <li key={reason}>
                    {countOf(rows, 'label')} stayed behind: {reason}
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
      </div>
    </Dialog>
  )
}
