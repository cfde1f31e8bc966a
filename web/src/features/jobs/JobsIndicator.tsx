/** What runs now, in the top bar: a ring that fills, and the jobs behind it. */
import { Popover } from 'radix-ui'
import { Link } from 'react-router'
import { countOf } from '@/lib/numbers'
import { JobProgress } from './JobProgress'
import { useOpenJobs, type Job } from './jobs'

const RADIUS = 7
const AROUND = 2 * Math.PI * RADIUS

export function JobsIndicator() {
  const open = useOpenJobs()
  if (open.length === 0) return null
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button
          type="button"
          className="flex h-7.5 items-center gap-2 rounded-control px-2 text-small font-medium text-accent-ink hover:bg-hover"
        >
          <Ring share={shareOf(open)} />
          {countOf(open.length, 'job')}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          aria-label="Running jobs"
          className="popover z-50 w-104 p-4"
        >
          <ul className="flex max-h-96 flex-col gap-4 overflow-auto">
            {open.map((job) => (
              <li key={job.id}>
                <JobProgress job={job} />
              </li>
            ))}
          </ul>
          <Link to="/jobs" className="mt-3 inline-block text-small text-accent-ink underline">
            All jobs
          </Link>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function shareOf(jobs: readonly Job[]): number {
  const known = jobs.filter((job) => job.total)
  const total = known.reduce((sum, job) => sum + (job.total ?? 0), 0)
  return total === 0 ? 0 : known.reduce((sum, job) => sum + job.done, 0) / total
}

function Ring({ share }: { share: number }) {
  return (
    <svg viewBox="0 0 18 18" aria-hidden className="size-4.5 -rotate-90">
      <circle cx="9" cy="9" r={RADIUS} fill="none" stroke="var(--line)" strokeWidth="2.5" />
      <circle
        cx="9"
        cy="9"
        r={RADIUS}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="2.5"
        strokeDasharray={`${Math.max(0.06, share) * AROUND} ${AROUND}`}
      />
    </svg>
  )
}
