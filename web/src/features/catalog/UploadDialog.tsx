/** A file becomes a table: choose it, name the table, and see beside the row what is wrong with it, if anything. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { ProblemError } from '@/api/problem'
import { JobProgress, useJob } from '@/features/jobs'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ErrorNote } from '@/ui/ErrorState'
import { Checkbox, Field, Input, RadioGroup } from '@/ui/Field'
import { FileDrop } from '@/ui/FileDrop'
import { ProgressBar } from '@/ui/ProgressBar'
import { DEFAULT_SCHEMA, makeSchema } from './makeSchema'
import { formatOf, tableNameOf, uploadTable } from './sources'

interface UploadDialogProps {
  within: string | undefined
  /** Given when rows go into this table. */
  table?: string | undefined
  onClose: () => void
}

/** What numbered rows are called; more than one upload into a table goes on counting in it. */
const NUMBERS = 'row'

export function UploadDialog({ within, table, onClose }: UploadDialogProps) {
  const [file, setFile] = useState<File>()
  const [schema, setSchema] = useState(within ?? DEFAULT_SCHEMA)
  const [name, setName] = useState('')
  const [mode, setMode] = useState<'append' | 'overwrite'>('append')
  const [numbered, setNumbered] = useState(false)
  const [sent, setSent] = useState(0)
  const client = useQueryClient()
  const navigate = useNavigate()
  const stop = useRef<AbortController>(undefined)
  const sentAs = useRef('')
  const send = useMutation({
    mutationFn: async (chosen: File) => {
      const { signal } = (stop.current = new AbortController())
      sentAs.current = table ?? `${schema}.${name}`
      if (!table) await makeSchema(schema)
      const given = {
        file: chosen,
        full_name: sentAs.current,
        mode: table ? mode : ('create' as const),
        format: formatOf(chosen.name),
        number_column: numbered ? NUMBERS : undefined,
      }
      return uploadTable(given, { signal, onProgress: (bytesSent) => setSent(bytesSent) })
    },
  })
  // What is still being sent is not sent any more; a job that began is found among the jobs.
  const close = () => {
    stop.current?.abort()
    onClose()
  }
  const { data: job } = useJob(send.data?.id)
  const done = job?.status === 'succeeded'
  useEffect(() => {
    if (!done) return
    void client.invalidateQueries({ queryKey: ['catalog'] })
    onClose()
    void navigate(`/data/tables/${sentAs.current}`)
    // Only the end of the job leads on.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [done])
  const nameProblem =
    send.error instanceof ProblemError && send.error.field === 'full_name' ? send.error : undefined
  return (
    <Dialog
      open
      onClose={close}
      title={table ? `Upload rows into ${table}` : 'Upload a table'}
      lead="CSV, JSON Lines or Parquet, in UTF-8. Types are found by themselves; ids with leading zeros stay text."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (file) send.mutate(file)
        }}
      >
        <FileDrop
          accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,.parquet"
          file={file}
          onFile={(chosen) => {
            setFile(chosen)
            send.reset()
            if (!name) setName(tableNameOf(chosen.name))
          }}
        />
        {table ? (
          <RadioGroup
            label="The rows"
            value={mode}
            onChange={setMode}
            options={[
              { value: 'append', label: 'are added', hint: 'Columns must match those of the table.' },
              {
                value: 'overwrite',
                label: 'replace all rows',
                hint: 'Older versions stay readable for what pinned them.',
              },
            ]}
          />
        ) : (
          <div className="grid grid-cols-2 gap-3">
            <Field label="Schema" required>
              {(wired) => (
                <Input
                  {...wired}
                  required
                  value={schema}
                  onChange={(event) => setSchema(event.target.value)}
                />
              )}
            </Field>
            <Field
              label="Table"
              required
              error={nameProblem && [nameProblem.message, nameProblem.fix].filter(Boolean).join(' ')}
            >
              {(wired) => (
                <Input {...wired} required value={name} onChange={(event) => setName(event.target.value)} />
              )}
            </Field>
          </div>
        )}
        <div>
          <Checkbox
            checked={numbered}
            onChange={(event) => setNumbered(event.target.checked)}
            label={
              <>
                Number the rows in a column <code className="font-mono">{NUMBERS}</code>
              </>
            }
          />
          <p className="ml-6 text-small text-ink-3">
            For files that bring no id: a sheet needs a key that names each row.
          </p>
        </div>
        {send.isPending && file && <ProgressBar label="Sending" done={sent} total={file.size} />}
        {job && !done && <JobProgress job={job} resumable={false} />}
        {send.error && !nameProblem && <ErrorNote error={send.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>{job ? 'Close' : 'Cancel'}</Button>
          <Button
            type="submit"
            tone="primary"
            disabled={!file || (job !== undefined && job.status !== 'failed')}
            busy={send.isPending}
          >
            {table ? 'Upload rows' : 'Make the table'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
