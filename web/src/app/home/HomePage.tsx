/** The start page: how far the data has come, what to do next, what runs, and what reuse has saved. */
import { ArrowRight, CircleCheck } from 'lucide-react'
import { Link } from 'react-router'
import { useMe } from '@/api/me'
import { JobProgress, useOpenJobs } from '@/features/jobs'
import { StateBadge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { ErrorState } from '@/ui/ErrorState'
import { Page } from '@/ui/Page'
import { StatusBar } from '@/ui/ProgressBar'
import { SkeletonText } from '@/ui/Skeleton'
import { TourCard } from '../tour/TourCard'
import { FirstThings } from './FirstThings'
import { ReuseMeter } from './ReuseMeter'
import { Stages } from './Stages'
import { barOf, nextSteps, type Overview, type TrainingSheet } from './overview'
import { useOverview } from './useOverview'

export default function HomePage() {
  const me = useMe()
  const { overview, error, refetch } = useOverview()
  if (error) return <ErrorState page error={error} onRetry={refetch} />
  return (
    <Page title={`Good to see you, ${me.name.split(' ')[0] ?? me.name}`} documentTitle="Home">
      {overview ? (
        <div className="flex flex-col gap-4">
          <FirstThings />
          <Stages overview={overview} />
          <div className="grid grid-cols-3 items-start gap-4">
            <div className="col-span-2 flex flex-col gap-4">
              <NextSteps overview={overview} />
              <TrainingSheets sheets={overview.trainingSheets} />
            </div>
            <div className="flex flex-col gap-4">
              <ReuseMeter sheets={overview.trainingSheets} />
              <RunningJobs />
              <TourCard />
            </div>
          </div>
        </div>
      ) : (
        <SkeletonText lines={8} />
      )}
    </Page>
  )
}

function NextSteps({ overview }: { overview: Overview }) {
  const me = useMe()
  const steps = nextSteps(overview).filter(({ permission }) => me.permissions.includes(permission))
  return (
    <Card title="Next" flush>
      {steps.length === 0 ? (
        <p className="flex items-center gap-2 px-4 py-4 text-ink-2">
          <CircleCheck aria-hidden size={16} className="text-good" /> Nothing waits for you.
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {steps.map((step) => (
            <li key={step.title} className="relative flex items-center gap-3 px-4 py-2.5 hover:bg-hover">
              <div className="min-w-0 flex-1">
                <Link to={step.to} className="font-medium after:absolute after:inset-0 hover:underline">
                  {step.title}
                </Link>
                <p className="text-small text-ink-2">{step.why}</p>
              </div>
              <ArrowRight aria-hidden size={16} className="text-ink-3" />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const SHOWN = 8

function TrainingSheets({ sheets }: { sheets: readonly TrainingSheet[] }) {
  if (sheets.length === 0) return null
  return (
    <Card title="Training sheets" flush>
      <ul className="divide-y divide-line">
        {sheets.slice(0, SHOWN).map((sheet) => (
          <li
            key={sheet.id}
            className="relative grid grid-cols-[minmax(0,1fr)_7rem_16rem] items-center gap-4 px-4 py-2 hover:bg-hover"
          >
            <div className="min-w-0">
              <Link
                to={`/generate/${sheet.id}`}
                className="block truncate font-medium after:absolute after:inset-0 hover:underline"
              >
                {sheet.name}
              </Link>
              <p className="truncate text-small text-ink-3">
                {sheet.sheet_name} × {sheet.template_name}
              </p>
            </div>
            <StateBadge state={sheet.state} className="justify-self-start" />
            <StatusBar thin counts={barOf(sheet)} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function RunningJobs() {
  const jobs = useOpenJobs()
  if (jobs.length === 0) return null
  return (
    <Card title="Running now">
      <ul className="flex flex-col gap-4">
        {jobs.map((job) => (
          <li key={job.id}>
            <JobProgress job={job} />
          </li>
        ))}
      </ul>
    </Card>
  )
}
