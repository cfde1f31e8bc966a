/** The prompt as its turns, folded until wanted; editing one changes this pair alone. */
import { PencilLine } from 'lucide-react'
import { useState } from 'react'
import { same } from '@/lib/steps'
import { useKey } from '@/lib/useKey'
import { Button } from '@/ui/Button'
import { Fold } from '@/ui/Card'
import { TextArea } from '@/ui/Field'
import { partsOf, withText } from './promptParts'
import type { Turn } from './review'

interface PromptTurnsProps {
  turns: Turn[]
  before: Turn[]
  onChange: ((turns: Turn[]) => void) | undefined
}

export function PromptTurns({ turns, before, onChange }: PromptTurnsProps) {
  const [editing, setEditing] = useState(false)
  const toggle = () => setEditing(!editing)
  useKey('review.prompt', toggle, { enabled: onChange !== undefined })
  const changed = !same(turns, before)
  return (
    <div className="max-h-[45%] shrink-0 overflow-auto border-t border-line">
      <Fold
        name="review.prompt"
        title={changed ? 'Prompt (edited for this pair)' : 'Prompt'}
        startOpen={false}
        {...(editing ? { open: true } : {})}
        aside={
          onChange && (
            <Button tone="quiet" size="small" icon={PencilLine} keyName="review.prompt" onClick={toggle}>
              {editing ? 'Done' : 'Edit prompt'}
            </Button>
          )
        }
      >
        <PromptBody turns={turns} editing={editing && onChange !== undefined} onChange={onChange} />
      </Fold>
    </div>
  )
}

function PromptBody({ turns, editing, onChange }: Omit<PromptTurnsProps, 'before'> & { editing: boolean }) {
  const setContent = (place: number, content: unknown) =>
    onChange?.(turns.map((other, index) => (index === place ? { ...other, content } : other)))
  return (
    <ol className="flex flex-col gap-3">
      {turns.map((turn, place) => (
        <li key={place} className="flex flex-col gap-1">
          <div className="text-small font-semibold text-ink-3">{String(turn.role)}</div>
          {partsOf(turn.content).map((part, at) =>
            editing && part.text !== undefined ? (
              <TextArea
                key={at}
                aria-label={`The ${String(turn.role)} turn${part.ordinal > 1 ? `, text ${part.ordinal}` : ''}`}
                rows={4}
                autoFocus={place === 0 && part.ordinal === 1}
                value={part.text}
                onChange={(event) => setContent(place, withText(turn.content, at, event.target.value))}
              />
            ) : (
              <p key={at} className={part.text === undefined ? 'text-ink-3' : 'whitespace-pre-wrap'}>
                {part.text ?? part.name}
              </p>
            ),
          )}
        </li>
      ))}
    </ol>
  )
}
