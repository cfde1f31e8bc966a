/** What the server says of jobs, kept current by its event stream. */
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { addressOf, answer, api, type Schemas } from '@/api/client'
import { useServerEvents } from '@/api/events'

export type Job = Schemas['Job']
export type JobStatus = Schemas['JobStatus']

export function isOpen(job: Job): boolean {
  return job.status === 'queued' || job.status === 'running'
}

const SLOW_POLL_MS = 15_000

/** One event stream for the whole window; asked for once, by the frame of the app. */
export function useJobsFeed(): void {
  const client = useQueryClient()
  useServerEvents(addressOf('/jobs/events'), ['job'], (_, data) => {
    const job = data as Job
    const before = client.getQueryData<Job>(['job', job.id])
    client.setQueryData(['job', job.id], job)
    client.setQueryData<Job[]>(['jobs', 'open'], (open = []) => {
      const others = open.filter(({ id }) => id !== job.id)
      return isOpen(job) ? [job, ...others] : others
    })
    void client.invalidateQueries({ queryKey: ['jobs', 'list'] })
    if (!isOpen(job) && (before === undefined || isOpen(before))) askAgain(client)
  })
}

/** What a job made or changed is asked for again once it ends. */
function askAgain(client: QueryClient): void {
  void client.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] !== 'jobs' && queryKey[0] !== 'job',
  })
}

/** Jobs that wait or run now. */
export function useOpenJobs(): Job[] {
  const { data } = useQuery({
    queryKey: ['jobs', 'open'],
    queryFn: async () => {
      const [running, queued] = await Promise.all(
        (['running', 'queued'] as const).map((status) =>
          answer(api.GET('/api/v1/jobs', { params: { query: { status, limit: 50 } } })),
        ),
      )
      return [...(running?.items ?? []), ...(queued?.items ?? [])]
    },
    refetchInterval: SLOW_POLL_MS,
  })
  return data ?? []
}

/** One job, live; undefined while it loads. */
export function useJob(id: string | undefined) {
  const client = useQueryClient()
  return useQuery({
    queryKey: ['job', id],
    queryFn: async () => {
      const before = client.getQueryData<Job>(['job', id])
      const job = await answer(api.GET('/api/v1/jobs/{job_id}', { params: { path: { job_id: id ?? '' } } }))
      if (!isOpen(job) && (before === undefined || isOpen(before))) askAgain(client)
      return job
    },
    enabled: id !== undefined,
    // The stream brings news at once; this is for the times when it cannot be held open.
    refetchInterval: ({ state }) => (state.data && !isOpen(state.data) ? false : SLOW_POLL_MS),
  })
}

const byId = (id: string) => ({ params: { path: { job_id: id } } })
export const cancelJob = (id: string) => answer(api.POST('/api/v1/jobs/{job_id}/cancel', byId(id)))
export const retryJob = (id: string) => answer(api.POST('/api/v1/jobs/{job_id}/retry', byId(id)))
