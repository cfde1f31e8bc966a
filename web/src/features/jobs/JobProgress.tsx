/** A job as it runs: bar, rate, time left, tokens used, cancel and resume; leaving the page loses nothing. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ban, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMay } from '@/api/me'
import { duration } from '@/lib/dates'
import { count } from '@/lib/numbers'
import { Badge, StateBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { ProgressBar } from '@/ui/ProgressBar'
import { tellError } from '@/ui/Toast'
import { cancelJob, isOpen, retryJob, type Job } from './jobs'

const tones = {
  failed: 'bad',
  cancelled: 'neutral',
  succeeded: 'good',
  running: 'accent',
  queued: 'accent',
} as const

interface JobProgressProps {
  job: Job
  /** False where another button of the page starts it anew. */
  resumable?: boolean
  children?: ReactNode
}

export function JobProgress({ job, resumable = true, children }: JobProgressProps) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <span className="min-w-0 flex-1 truncate font-medium">{job.title}</span>
        {job.status !== 'running' && <StateBadge state={job.status} />}
        {children}
        {(resumable || isOpen(job)) && <JobActions job={job} />}
      </div>
      <ProgressBar
        label={job.title}
        done={job.done}
        total={job.total ?? undefined}
        tone={tones[job.status]}
      />
      <p className="flex flex-wrap gap-x-4 text-small text-ink-2 tabular-nums">
        <JobFigures job={job} />
      </p>
      {job.problem && <JobProblem problem={job.problem} />}
    </div>
  )
}

export function JobFigures({ job }: { job: Job }) {
  const { tokens_in: read, tokens_out: written } = job.result ?? {}
  return (
    <>
      <span>
        {count(job.done)}
        {job.total !== null && ` of ${count(job.total)}`} {job.unit}
      </span>
      {job.doing && <span>{job.doing}…</span>}
      {job.status === 'running' && job.rate != null && <span>{count(Math.round(job.rate))}/s</span>}
      {job.status === 'running' && job.seconds_left != null && <span>{duration(job.seconds_left)} left</span>}
      {job.failures > 0 && <span className="text-bad">{count(job.failures)} failed</span>}
      {typeof read === 'number' && typeof written === 'number' && (
        <span>
          {count(read)} tokens read, {count(written)} written
        </span>
      )}
      {job.attempt > 1 && <span>attempt {job.attempt}</span>}
      {job.cancel_requested && isOpen(job) && <Badge>stopping</Badge>}
    </>
  )
}

export function JobProblem({ problem }: { problem: Record<string, unknown> }) {
  const { row } = problem
  const said = [problem.detail ?? problem.message ?? problem.title, problem.fix].filter(
    (part): part is string => typeof part === 'string',
  )
  return (
    <p role="alert" className="rounded-control bg-bad-soft px-3 py-2">
      {(typeof row === 'number' || typeof row === 'string') && (
        <span className="font-medium">Row {row}: </span>
      )}
      {said[0] ?? 'The job failed.'} {said[1] && <span className="text-ink-2">{said[1]}</span>}
    </p>
  )
}

export function JobActions({ job }: { job: Job }) {
  const client = useQueryClient()
  const may = useMay('jobs.write')
  const keep = (next: Job) => {
    client.setQueryData(['job', next.id], next)
    return client.invalidateQueries({ queryKey: ['jobs'] })
  }
  const cancel = useMutation({ mutationFn: () => cancelJob(job.id), onSuccess: keep, onError: tellError })
  const retry = useMutation({ mutationFn: () => retryJob(job.id), onSuccess: keep, onError: tellError })
  if (!may) return null
  if (isOpen(job)) {
    return (
      <Button
        size="small"
        icon={Ban}
        busy={cancel.isPending}
        disabled={job.cancel_requested}
        onClick={() => cancel.mutate()}
      >
        Cancel
      </Button>
    )
  }
  if (job.status === 'succeeded') return null
  return (
    <Button size="small" icon={RotateCw} busy={retry.isPending} onClick={() => retry.mutate()}>
      Resume
    </Button>
  )
}
