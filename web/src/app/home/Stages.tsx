/** The way of the data, as one strip: from sheets to what has left, each with its figure. */
import { Database, FileOutput, ShieldCheck, Sparkles, Tags, type LucideIcon } from 'lucide-react'
import { Link } from 'react-router'
import { short } from '@/lib/numbers'
import { toReview, type Overview } from './overview'

interface Stage {
  name: string
  icon: LucideIcon
  figure: string
  what: string
  to: string
}

export function Stages({ overview }: { overview: Overview }) {
  const inReview = overview.trainingSheets.filter(({ state }) => state === 'review')
  const approved = overview.trainingSheets.filter(({ state }) => state === 'approved')
  const pairs = overview.trainingSheets.reduce((sum, { counts }) => sum + counts.total, 0)
  const waiting = inReview.reduce((sum, sheet) => sum + toReview(sheet), 0)
  const stages: Stage[] = [
    {
      name: 'Data',
      icon: Database,
      figure: short(overview.sheets),
      what: plural(overview.sheets, 'sheet'),
      to: '/data',
    },
    { name: 'Generate', icon: Sparkles, figure: short(pairs), what: plural(pairs, 'pair'), to: '/generate' },
    { name: 'Label', icon: Tags, figure: short(waiting), what: 'to review', to: '/label' },
    {
      name: 'Approve',
      icon: ShieldCheck,
      figure: short(approved.length),
      what: 'approved',
      to: '/generate?state=approved',
    },
    {
      name: 'Export',
      icon: FileOutput,
      figure: short(overview.exports),
      what: plural(overview.exports, 'export'),
      to: '/generate?state=approved',
    },
  ]
  return (
    <ol
      aria-label="The way of the data"
      className="grid grid-cols-5 overflow-hidden rounded-card border border-line bg-surface shadow-card"
    >
      {stages.map(({ name, icon: Icon, figure, what, to }, place) => (
        <li key={name} className="relative border-line not-first:border-l">
          <Link to={to} className="flex h-full flex-col gap-0.5 px-5 py-3 hover:bg-hover">
            <span className="eyebrow flex items-center gap-1.5 text-ink-3">
              <Icon aria-hidden size={13} />
              {name}
            </span>
            <span className="flex items-baseline gap-1.5">
              <span className="text-figure font-semibold tracking-tight tabular-nums">{figure}</span>
              <span className="text-ink-2">{what}</span>
            </span>
          </Link>
          {place > 0 && (
            <span
              aria-hidden
              className="absolute top-1/2 -left-1.25 size-2.5 -translate-y-1/2 rotate-45 border-t border-r border-line bg-surface"
            />
          )}
        </li>
      ))}
    </ol>
  )
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`
}
