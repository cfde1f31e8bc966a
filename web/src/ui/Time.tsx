/** A moment, short in place and exact on hover. */
import { ago, exact } from '@/lib/dates'

export function Time({ at }: { at: string | null | undefined }) {
  if (!at) return <span className="text-ink-3">–</span>
  return (
    <time dateTime={at} title={exact(at)} className="whitespace-nowrap text-ink-2">
      {ago(at)}
    </time>
  )
}
