/** Labels from a JSON Lines file: first what would happen, row by row, then for real. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { addressOf, type Schemas } from '@/api/client'
import { upload } from '@/api/upload'
import { JobProgress, useJob, type Job } from '@/features/jobs'
import { count } from '@/lib/numbers'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ErrorNote } from '@/ui/ErrorState'
import { RadioGroup } from '@/ui/Field'
import { FileDrop } from '@/ui/FileDrop'
import type { ImportReport, Walk } from './labels'

type Policy = Schemas['ImportPolicy']

const POLICIES = [
  { value: 'skip', label: 'Leave labels that are there' },
  {
    value: 'overwrite',
    label: 'Replace labels that are there',
    hint: 'Earlier versions stay in their history.',
  },
  {
    value: 'fail',
    label: 'All or nothing',
    hint: 'One bad row, or one label that is there, refuses the file.',
  },
] as const

export function ImportDialog({ walk, onClose }: { walk: Walk; onClose: () => void }) {
  const client = useQueryClient()
  const [file, setFile] = useState<File>()
  const [policy, setPolicy] = useState<Policy>('skip')
  const [jobId, setJobId] = useState<string>()
  const { data: job } = useJob(jobId)
  const report = job?.status === 'succeeded' ? (job.result as unknown as ImportReport) : undefined
  const send = useMutation({
    mutationFn: (dryRun: boolean) => {
      const form = new FormData()
      form.append('sheet_id', walk.sheetId)
      form.append('label_type', walk.labelType)
      form.append('policy', policy)
      form.append('dry_run', String(dryRun))
      form.append('file', file as File)
      return upload<Job>(addressOf('/labels/import'), form)
    },
    onSuccess: (started) => setJobId(started.id),
  })
  const running = job?.status === 'queued' || job?.status === 'running'
  const sendIt = (dryRun: boolean) => {
    // What was found before is not the report of what is sent now.
    setJobId(undefined)
    send.mutate(dryRun)
  }
  const close = () => {
    // Whatever the last report says, something may have been written before it.
    void client.invalidateQueries({ queryKey: ['labels'] })
    onClose()
  }
  return (
    <Dialog
      open
      onClose={close}
      title="Import labels"
      lead='JSON Lines: each line names its item ("item_ref", or "key" with the key columns) and its "value".'
      footer={
        <>
          <Button onClick={close}>{report && !report.dry_run ? 'Done' : 'Cancel'}</Button>
          <Button disabled={!file || running} busy={send.isPending} onClick={() => sendIt(true)}>
            Check only
          </Button>
          <Button
            tone="primary"
            disabled={!file || running || (report !== undefined && !report.dry_run)}
            busy={send.isPending}
            onClick={() => sendIt(false)}
          >
            Import
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <FileDrop
          accept=".jsonl,.ndjson,.json"
          file={file}
          onFile={(chosen) => {
            setFile(chosen)
            setJobId(undefined)
            if (send.isError) send.reset()
          }}
        />
        <RadioGroup
          label="Items that have a label"
          value={policy}
          onChange={(next) => {
            setPolicy(next)
            setJobId(undefined)
          }}
          options={POLICIES}
        />
        {send.error && <ErrorNote error={send.error} />}
        {job && !report && <JobProgress job={job} />}
        {report && <ReportView report={report} />}
      </div>
    </Dialog>
  )
}

function ReportView({ report }: { report: ImportReport }) {
  const figures = (['created', 'changed', 'unchanged', 'skipped', 'invalid'] as const).filter(
    (name) => report[name] > 0,
  )
  return (
    <section aria-label="Report" className="flex flex-col gap-2">
      <p>
        {report.dry_run ? 'Nothing was written. It would be' : 'Done'}:{' '}
        {figures.map((name) => `${count(report[name])} ${name}`).join(', ') || 'nothing'} of{' '}
        {count(report.rows)} rows.
      </p>
      {report.problems.length > 0 && (
        <ul className="max-h-48 overflow-auto rounded-control border border-line text-small">
          {report.problems.map((problem, place) => (
            <li key={place} className="border-b border-line px-3 py-1 last:border-b-0">
              <span className="font-medium tabular-nums">Row {problem.row}</span>
              {problem.field && <span className="text-ink-3"> {problem.field}</span>}: {problem.message}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
