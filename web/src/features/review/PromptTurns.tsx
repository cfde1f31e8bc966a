/** The prompt as its turns, folded until wanted; editing one changes this pair alone. */
import { PencilLine } from 'lucide-react'
import { useState } from 'react'
import { same } from '@/lib/useDraft'
import { Button } from '@/ui/Button'
import { Fold } from '@/ui/Card'
import { TextArea } from '@/ui/Field'
import type { Turn } from './review'

interface PromptTurnsProps {
  turns: Turn[]
  before: Turn[]
  onChange: ((turns: Turn[]) => void) | undefined
}

/** The words of a turn; pictures among them are named. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return JSON.stringify(content)
  return content
    .map((part: Record<string, unknown>) =>
      part.type === 'text' ? String(part.text) : `[${String(part.type)}]`,
    )
    .join('\n')
}

function withText(content: unknown, text: string): unknown {
  if (!Array.isArray(content)) return text
  const place = content.findIndex((part: Record<string, unknown>) => part.type === 'text')
  return content.map((part: Record<string, unknown>, index) => (index === place ? { ...part, text } : part))
}

export function PromptTurns({ turns, before, onChange }: PromptTurnsProps) {
  const [editing, setEditing] = useState(false)
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
            <Button tone="quiet" size="small" icon={PencilLine} onClick={() => setEditing(!editing)}>
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
  return (
    <ol className="flex flex-col gap-3">
      {turns.map((turn, place) => (
        <li key={place}>
          <div className="mb-0.5 text-small font-semibold text-ink-3">{String(turn.role)}</div>
          {editing ? (
            <TextArea
              aria-label={`The ${String(turn.role)} turn`}
              rows={4}
              value={textOf(turn.content)}
              onChange={(event) =>
                onChange?.(
                  turns.map((other, index) =>
                    index === place
                      ? { ...other, content: withText(other.content, event.target.value) }
                      : other,
                  ),
                )
              }
            />
          ) : (
            <p className="whitespace-pre-wrap">{textOf(turn.content)}</p>
          )}
        </li>
      ))}
    </ol>
  )
}
