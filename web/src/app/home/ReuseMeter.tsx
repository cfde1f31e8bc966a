/** The expert-hours meter: how many answers came from canonical labels, and the time that saved. */
import { useId, useState } from 'react'
import { duration } from '@/lib/dates'
import { count, countOf } from '@/lib/numbers'
import { readPreference, writePreference } from '@/lib/storage'
import { Card, Figure } from '@/ui/Card'
import { reusedLabels, type TrainingSheet } from './overview'

const USUAL_SECONDS = 30

export function ReuseMeter({ sheets }: { sheets: readonly TrainingSheet[] }) {
  const [seconds, setSeconds] = useState(() => readPreference('seconds-per-label', USUAL_SECONDS))
  const id = useId()
  const reused = reusedLabels(sheets)
  return (
    <Card title="Label once, reuse everywhere">
      <div className="grid grid-cols-2 gap-4">
        <Figure value={count(reused)} label={reused === 1 ? 'answer reused' : 'answers reused'} />
        <Figure value={duration(reused * seconds)} label="of expert time saved" />
      </div>
      <p className="mt-3 flex items-center gap-1.5 text-small text-ink-3">
        <label htmlFor={id}>Counted at</label>
        <input
          id={id}
          inputMode="numeric"
          value={seconds}
          onChange={(event) => {
            const next = Math.min(3600, Math.max(0, Number(event.target.value) || 0))
            setSeconds(next)
            writePreference('seconds-per-label', next)
          }}
          className="control h-6 w-12 px-1.5 text-right tabular-nums"
        />
        s each, in {countOf(sheets.length, 'training sheet')}.
      </p>
    </Card>
  )
}
