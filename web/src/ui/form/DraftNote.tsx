/** Above a form that goes on from a draft although the thing has an answer meanwhile: whose, which, and a way to it. */
import { Button } from '../Button'

interface DraftNoteProps {
  by: string
  answer: unknown
  onTake: () => void
}

export function DraftNote({ by, answer, onTake }: DraftNoteProps) {
  const said = typeof answer === 'string' || typeof answer === 'number' ? `“${answer}”` : 'something else'
  return (
    <div
      role="note"
      className="mx-4 mt-4 flex items-center gap-3 rounded-control bg-warn-soft py-1.5 pr-1.5 pl-3 text-ink"
    >
      <p className="min-w-0 flex-1">
        {by} says {said}. Below is your own draft, which is not submitted.
      </p>
      <Button size="small" onClick={onTake}>
        Use theirs
      </Button>
    </div>
  )
}
