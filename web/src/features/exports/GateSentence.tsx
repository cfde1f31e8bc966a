/** What the gate lets pass of one split, and what stays behind and why. */
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { Link } from 'react-router'
import { count } from '@/lib/numbers'
import { spoken } from '@/lib/words'
import type { SplitSummary } from './exports'

interface GateSentenceProps {
  summary: SplitSummary
  trainingSheetId: string
}

export function GateSentence({ summary, trainingSheetId }: GateSentenceProps) {
  const { gate, split, sentence } = summary
  const prohibited = Object.entries(gate.prohibited)
  const Icon = prohibited.length > 0 ? ShieldAlert : ShieldCheck
  return (
    <div className="flex items-start gap-2">
      <Icon
        aria-hidden
        size={16}
        className={`mt-0.5 shrink-0 ${prohibited.length > 0 ? 'text-bad' : 'text-good'}`}
      />
      <div className="min-w-0">
        <p>
          <span className="font-medium">{split}</span>{' '}
          <span className="text-ink-3">for {spoken(gate.use)}</span>
        </p>
        <p className="tabular-nums">{sentence}</p>
        {prohibited.map(([reason, pairs]) => (
          <p key={reason} className="text-small text-ink-2">
            Why not {count(pairs)}?{' '}
            <Link className="text-accent-ink underline" to={placeOf(reason, trainingSheetId)}>
              {reason}
            </Link>
          </p>
        ))}
      </div>
    </div>
  )
}

/** Where a reason was set: at the source that it names, else with what the training sheet may be used for. */
function placeOf(reason: string, trainingSheetId: string): string {
  const table = /^([^\s.]+\.[^\s.]+\.[^\s.#:]+)(#[^:]+)?:/.exec(reason)?.[1]
  return table ? `/data/tables/${table}?tab=columns` : `/generate/${trainingSheetId}?tab=about`
}
