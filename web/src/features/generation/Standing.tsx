/** Where a training sheet stands: its job while one runs, its counts, and what asks for attention. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleAlert, RefreshCw, RotateCw } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { useMay } from '@/api/me'
import { JobProgress, useJob, useOpenJobs } from '@/features/jobs'
import { barParts, progressSentence } from '@/features/review'
import { countOf } from '@/lib/numbers'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { StatusBar } from '@/ui/ProgressBar'
import { tell, tellError } from '@/ui/Toast'
import {
  finishTrainingSheet,
  outdatedQuery,
  refreshPairs,
  retryFailures,
  type TrainingSheet,
} from './generation'

const UNFINISHED = ['generating', 'failed', 'cancelled']

export function Standing({ sheet }: { sheet: TrainingSheet }) {
  const [started, setStarted] = useState<string>()
  const open = useOpenJobs().find(({ subject_id }) => subject_id === sheet.id)
  const unfinished = UNFINISHED.includes(sheet.state)
  const job = useJob(started ?? open?.id ?? (unfinished ? (sheet.job_id ?? undefined) : undefined))
  const running = job.data?.status === 'running' || job.data?.status === 'queued'
  return (
    <div className="flex shrink-0 flex-col gap-3 pb-4">
      {job.data && (
        <Card>
          <JobProgress job={job.data}>
            {(sheet.state === 'failed' || sheet.state === 'cancelled') && !running && (
              <Finish sheet={sheet} />
            )}
          </JobProgress>
        </Card>
      )}
      {!(unfinished && sheet.counts.total === 0) && (
        <div>
          <p className="mb-1.5 font-medium tabular-nums" aria-live="polite">
            {progressSentence(sheet.counts)}
          </p>
          <StatusBar legend counts={barParts(sheet.counts)} />
        </div>
      )}
      {!running && !unfinished && <Notices sheet={sheet} onJob={setStarted} />}
    </div>
  )
}

function Finish({ sheet }: { sheet: TrainingSheet }) {
  const client = useQueryClient()
  const may = useMay('generation.write')
  const finish = useMutation({
    mutationFn: () => finishTrainingSheet(sheet.id, sheet.version),
    onSuccess: () => client.invalidateQueries({ queryKey: ['training-sheets'] }),
    onError: tellError,
  })
  if (!may || sheet.counts.total === 0) return null
  return (
    <Button size="small" busy={finish.isPending} onClick={() => finish.mutate()}>
      Go on with {countOf(sheet.counts.total, 'pair')}
    </Button>
  )
}

const FROM = { ai_generated: ' from the model', existing_column: ' from the column', manual: '' }

function Notices({ sheet, onJob }: { sheet: TrainingSheet; onJob: (id: string) => void }) {
  const mayGenerate = useMay('generation.write')
  const mayReview = useMay('pairs.review')
  const outdated = useQuery(outdatedQuery(sheet.id))
  const behind = (outdated.data?.outdated ?? 0) + (outdated.data?.retracted ?? 0)
  const run = useMutation({
    mutationFn: (work: () => Promise<{ id: string; title: string }>) => work(),
    onSuccess: (job) => {
      onJob(job.id)
      tell(`${job.title}: started`)
    },
    onError: tellError,
  })
  const { failed, stale } = sheet.counts
  const mayAskAgain = mayGenerate && sheet.mode === 'ai_generated' && sheet.state === 'review'
  return (
    <>
      {failed > 0 && (
        <Notice
          text={`${countOf(failed, 'pair')} got no usable answer${FROM[sheet.mode]}.`}
          to="?only=failed"
          action={
            mayAskAgain && (
              <Button
                size="small"
                icon={RotateCw}
                busy={run.isPending}
                onClick={() => run.mutate(() => retryFailures(sheet.id))}
              >
                Ask again
              </Button>
            )
          }
        />
      )}
      {behind > 0 && (
        <Notice
          text={`${countOf(behind, 'pair')} ${behind === 1 ? 'lags' : 'lag'} behind a canonical label that changed since.`}
          to="?only=outdated"
          action={
            mayReview && (
              <Button
                size="small"
                icon={RefreshCw}
                busy={run.isPending}
                onClick={() => run.mutate(() => refreshPairs(sheet.id))}
              >
                Refresh
              </Button>
            )
          }
        />
      )}
      {stale > 0 && (
        <Notice
          text={`${countOf(stale, 'pair')} ${stale === 1 ? 'is' : 'are'} prefilled from a stale label: its item or its labelset changed.`}
          to="?only=stale"
        />
      )}
    </>
  )
}

function Notice({ text, to, action }: { text: string; to: string; action?: ReactNode }) {
  return (
    <div className="flex items-center gap-3 rounded-control bg-warn-soft px-3 py-1.5">
      <CircleAlert aria-hidden size={15} className="shrink-0 text-warn" />
      <p className="min-w-0 flex-1">
        {text}{' '}
        <Link to={to} className="underline">
          Show them
        </Link>
      </p>
      {action}
    </div>
  )
}
