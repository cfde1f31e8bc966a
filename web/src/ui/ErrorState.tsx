/** What went wrong, where, and what to do next; for a whole page or a note beside a form. */
import { CircleAlert, RotateCw } from 'lucide-react'
import { ProblemError, fixOf, messageOf } from '@/api/problem'
import { Button } from './Button'

interface ErrorStateProps {
  error: unknown
  onRetry?: () => void
  /** In place of a whole page, whose heading it is then. */
  page?: boolean
}

export function ErrorState({ error, onRetry, page = false }: ErrorStateProps) {
  const fix = fixOf(error)
  const Heading = page ? 'h1' : 'h2'
  return (
    <div role="alert" className="mx-auto flex max-w-120 flex-col items-center px-6 py-12 text-center">
      <CircleAlert aria-hidden size={26} strokeWidth={1.6} className="mb-3 text-bad" />
      <Heading className="text-lead">{messageOf(error)}</Heading>
      {fix && <p className="mt-1 text-pretty text-ink-2">{fix}</p>}
      {onRetry && (
        <Button className="mt-5" icon={RotateCw} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}

export function ErrorNote({ error }: { error: unknown }) {
  const fix = fixOf(error)
  const problem = error instanceof ProblemError ? error.problem : undefined
  return (
    <div role="alert" className="flex items-start gap-2 rounded-control bg-bad-soft px-3 py-2">
      <CircleAlert aria-hidden size={15} className="mt-0.5 shrink-0 text-bad" />
      <div className="min-w-0">
        <p className="break-words">
          {messageOf(error)}
          {problem?.row != null && <span className="text-ink-2"> (row {String(problem.row)})</span>}
        </p>
        {fix && <p className="text-small text-ink-2">{fix}</p>}
      </div>
    </div>
  )
}
