/** Every job of the workspace, newest first, with what it did and how it ended. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Activity } from 'lucide-react'
import { answer, api } from '@/api/client'
import { pagedQuery } from '@/api/pages'
import { duration } from '@/lib/dates'
import { useListState, useUrlParameter } from '@/lib/urlState'
import { StateBadge } from '@/ui/Badge'
import { ButtonLink } from '@/ui/ButtonLink'
import { Facts } from '@/ui/Card'
import { Drawer } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'
import { ProgressBar } from '@/ui/ProgressBar'
import { SkeletonText } from '@/ui/Skeleton'
import { DataTable } from '@/ui/table'
import { Time } from '@/ui/Time'
import { JsonView } from '@/ui/view'
import { JobActions, JobFigures, JobProgress } from './JobProgress'
import { useJob, type Job, type JobStatus } from './jobs'

const statuses: JobStatus[] = ['running', 'queued', 'succeeded', 'failed', 'cancelled']

export default function JobsPage() {
  const list = useListState(['status'])
  const [shown, show] = useUrlParameter('job', '')
  const query = useInfiniteQuery(
    pagedQuery<Job>(['jobs', 'list', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/jobs', {
          params: {
            query: {
              search: list.search || null,
              status: (list.filters.status as JobStatus) ?? null,
              cursor: cursor ?? null,
            },
          },
        }),
      ),
    ),
  )
  return (
    <Page
      title="Jobs"
      lead="Long work: imports, generation, exports. It survives a restart, and resumes where it stopped."
      body="fill"
    >
      <DataTable
        noun="job"
        list={list}
        query={query}
        rowId={(job) => job.id}
        rowLabel={(job) => job.title}
        rowTo={(job) => `/jobs?job=${job.id}`}
        searchLabel="Search jobs"
        filters={[
          {
            name: 'status',
            label: 'Any status',
            options: statuses.map((status) => ({ value: status, label: status })),
          },
        ]}
        columns={[
          { id: 'title', header: 'Job', cell: (job) => job.title },
          { id: 'status', header: 'Status', width: 110, cell: (job) => <StateBadge state={job.status} /> },
          {
            id: 'progress',
            header: 'Progress',
            width: 110,
            cell: (job) => (
              <ProgressBar
                label={`Progress of ${job.title}`}
                done={job.status === 'succeeded' ? 1 : job.done}
                total={job.status === 'succeeded' ? 1 : (job.total ?? (job.finished_at ? 1 : undefined))}
                tone={job.status === 'succeeded' ? 'good' : job.status === 'failed' ? 'bad' : 'accent'}
              />
            ),
          },
          {
            id: 'figures',
            header: 'Figures',
            width: 240,
            cell: (job) => {
              const reason = job.status === 'failed' && job.problem?.detail
              return typeof reason === 'string' ? (
                <span className="block truncate text-small text-bad" title={reason}>
                  {reason}
                </span>
              ) : (
                <span className="flex gap-3 truncate text-small text-ink-2 tabular-nums">
                  <JobFigures job={job} />
                </span>
              )
            },
          },
          { id: 'by', header: 'By', width: 110, cell: (job) => job.created_by_name },
          {
            id: 'created',
            header: 'Started',
            width: 120,
            cell: (job) => <Time at={job.started_at ?? job.created_at} />,
          },
          {
            id: 'act',
            header: <span className="sr-only">Actions</span>,
            width: 110,
            align: 'right',
            cell: (job) => <JobActions job={job} />,
          },
        ]}
        empty={
          <EmptyState
            icon={Activity}
            title="No jobs yet"
            actions={<ButtonLink to="/data/catalog">Bring your data</ButtonLink>}
          >
            Imports, generation and exports appear here while they run and after they end.
          </EmptyState>
        }
      />
      <Drawer open={shown !== ''} onClose={() => show('')} title="Job">
        {shown && <JobDetails id={shown} />}
      </Drawer>
    </Page>
  )
}

function JobDetails({ id }: { id: string }) {
  const { data: job } = useJob(id)
  if (!job) return <SkeletonText />
  const took =
    job.started_at && job.finished_at
      ? duration((Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000)
      : undefined
  return (
    <div className="flex flex-col gap-5">
      <JobProgress job={job} />
      <Facts
        facts={[
          ['Kind', job.kind],
          ['Asked for by', job.created_by_name],
          ['Asked for', <Time key="at" at={job.created_at} />],
          ['Took', took ?? '–'],
          ['Attempt', job.attempt],
        ]}
      />
      {job.result && <JsonView value={job.result} />}
    </div>
  )
}
