/** What a decision on many left as it was: a job that succeeded may have decided on nothing. */
import type { Schemas } from '@/api/client'
import { leftBehind } from './bulk'

export function LeftBehind({ job }: { job: Schemas['Job'] }) {
  const left = leftBehind(job)
  return left === undefined ? null : <p className="mt-1 rounded-control bg-warn-soft px-3 py-2">{left}</p>
}
