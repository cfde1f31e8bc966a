/** One export: its progress, its files, whether they may still be used, and where every line comes from. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, ShieldCheck, Trash2, Waypoints } from 'lucide-react'
import { useState } from 'react'
import { useParams } from 'react-router'
import { useMay } from '@/api/me'
import { JobProgress, useJob } from '@/features/jobs'
import { bytes, count } from '@/lib/numbers'
import { StateBadge } from '@/ui/Badge'
import { Button, look } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { Card, Facts } from '@/ui/Card'
import { Confirm } from '@/ui/Dialog'
import { ErrorState } from '@/ui/ErrorState'
import { Page } from '@/ui/Page'
import { SkeletonText } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { tellError } from '@/ui/Toast'
import { deleteExport, exportQuery, fileAddress, requireDownload, verifyExport, type Export } from './exports'
import { GateSentence } from './GateSentence'
import { LineTrace } from './LineTrace'

export default function ExportPage() {
  const { id = '' } = useParams()
  const mayWrite = useMay('exports.write')
  const [removing, setRemoving] = useState(false)
  const { data, error, refetch } = useQuery(exportQuery(id))
  const job = useJob(data && data.state !== 'ready' && data.state !== 'deleted' ? data.job_id : undefined)
  if (error) return <ErrorState page error={error} onRetry={() => void refetch()} />
  if (!data) {
    return (
      <div className="p-6">
        <SkeletonText lines={8} />
      </div>
    )
  }
  const ready = data.state === 'ready'
  return (
    <Page
      title={`Export of ${data.training_sheet_name}`}
      trail={[
        { label: 'Generate', to: '/generate' },
        { label: data.training_sheet_name, to: `/generate/${data.training_sheet_id}?tab=exports` },
      ]}
      badges={<StateBadge state={data.state} />}
      actions={
        <>
          <ButtonLink icon={Waypoints} to={`/lineage?kind=export&ref=${id}`}>
            Lineage
          </ButtonLink>
          {mayWrite && ready && (
            <Button icon={Trash2} onClick={() => setRemoving(true)}>
              Delete files
            </Button>
          )}
        </>
      }
    >
      <div className="grid grid-cols-2 items-start gap-4 max-lg:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-4">
          {job.data && (
            <Card>
              <JobProgress job={job.data} />
            </Card>
          )}
          {ready && <Files made={data} mayDownload={mayWrite} />}
          {ready && <LineTrace made={data} />}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="What left, and what stayed behind">
            <div className="flex flex-col gap-3">
              {data.splits.length === 0 && <p className="text-ink-3">Known once it is written.</p>}
              {data.splits.map((split) => (
                <GateSentence key={split.split} summary={split} trainingSheetId={data.training_sheet_id} />
              ))}
            </div>
          </Card>
          {ready && <Check id={id} />}
          <Card title="How it was made">
            <Facts
              facts={[
                ['Format', data.options.format],
                ['Training sheet', stateThen(data.training_sheet_state)],
                ['For validation', `${Math.round(data.options.validation_fraction * 100)} %`],
                ['Seed', data.options.seed],
                ['Pictures', data.options.images === 'embed' ? 'inside the file' : 'named by their path'],
                ['Rules', data.gate_revision === null ? '–' : `revision ${data.gate_revision}`],
                [
                  'By',
                  <span key="by">
                    {data.created_by_name} <Time at={data.created_at} />
                  </span>,
                ],
              ]}
            />
          </Card>
        </div>
      </div>
      {removing && <Remove made={data} onClose={() => setRemoving(false)} />}
    </Page>
  )
}

/** In which state the training sheet was written; of older exports only the manifest tells. */
function stateThen(state: string | null) {
  if (state === null) return '–'
  return state === 'review' ? 'was in review, not approved' : `was ${state}`
}

function Files({ made, mayDownload }: { made: Export; mayDownload: boolean }) {
  return (
    <Card title="Files" lead="Downloads stop when something in them may no longer be used." flush>
      <ul className="divide-y divide-line">
        {made.files.map(({ name, rows, bytes: size, sha256 }) => (
          <li key={name} className="flex items-center gap-3 px-4 py-2">
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{name}</span>
              <span className="block truncate text-small text-ink-3" title={sha256}>
                {rows !== null && `${count(rows)} rows · `}
                {bytes(size)} · sha256 <span className="font-mono">{sha256.slice(0, 12)}…</span>
              </span>
            </span>
            {mayDownload && (
              <a
                className={look('plain', 'small')}
                href={fileAddress(made.id, name)}
                download
                onClick={() => void requireDownload(made.id, name).catch(tellError)}
              >
                <Download aria-hidden size={14} /> Download<span className="sr-only"> {name}</span>
              </a>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Check({ id }: { id: string }) {
  const check = useMutation({ mutationFn: () => verifyExport(id), onError: tellError })
  const { data } = check
  return (
    <Card
      title="Still intact, still allowed?"
      actions={
        <Button size="small" icon={ShieldCheck} busy={check.isPending} onClick={() => check.mutate()}>
          Verify
        </Button>
      }
    >
      <div aria-live="polite" className="flex flex-col gap-1">
        {!data && (
          <p className="text-ink-3">
            Compares every file with what was written, and asks the gate about it again.
          </p>
        )}
        {data && (
          <>
            <p className={data.intact ? 'text-good' : 'text-bad'}>
              {data.intact ? 'Every file is as it was written.' : 'A file is no longer as it was written.'}
            </p>
            {data.files
              .filter(({ intact }) => !intact)
              .map(({ name, problem }) => (
                <p key={name} className="text-small text-bad">
                  {name}: {problem}
                </p>
              ))}
            <p className={data.standing ? 'text-good' : 'text-bad'}>
              {data.standing
                ? 'Everything in it may still be used.'
                : 'Something in it may no longer be used: do not use these files.'}
            </p>
            {Object.entries(data.obstacles).map(([reason, pairs]) => (
              <p key={reason} className="text-small text-bad">
                {count(pairs)}: {reason}
              </p>
            ))}
          </>
        )}
      </div>
    </Card>
  )
}

function Remove({ made, onClose }: { made: Export; onClose: () => void }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => deleteExport(made.id),
    onSuccess: async () => {
      onClose()
      await client.invalidateQueries({ queryKey: ['exports'] })
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title="Delete the files of this export?"
      lead="That it was made, and what left, stays on record. The same export can be made again."
      action="Delete files"
      tone="danger"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    />
  )
}
