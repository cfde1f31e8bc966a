/** A prompt as the turns of a chat, with its pictures where they stand in the text. */
import { clsx } from 'clsx'

export interface ChatTurnsProps {
  turns: readonly Record<string, unknown>[]
  /** Where the browser fetches a picture that a turn names; without it, pictures are shown by their name. */
  pictureAddress?: (url: string) => string
}

export function ChatTurns({ turns, pictureAddress }: ChatTurnsProps) {
  return (
    <ol className="flex flex-col gap-2">
      {turns.map((turn, place) => (
        <li
          key={place}
          className={clsx(
            'rounded-control border border-line px-3 py-2',
            turn.role === 'assistant' ? 'bg-accent-soft' : turn.role === 'system' ? 'bg-sunken' : 'bg-raised',
          )}
        >
          <div className="mb-0.5 text-small font-semibold text-ink-2">{String(turn.role)}</div>
          <Content content={turn.content} pictureAddress={pictureAddress} />
        </li>
      ))}
    </ol>
  )
}

interface ContentProps {
  content: unknown
  pictureAddress: ((url: string) => string) | undefined
}

function Content({ content, pictureAddress }: ContentProps) {
  if (!Array.isArray(content)) return <Words text={asText(content)} />
  return (
    <>
      {content.map((part: Record<string, unknown>, place) => {
        const url = urlOf(part)
        if (url === undefined) return <Words key={place} text={asText(part.text ?? part)} />
        const name = url.split('/').at(-1) ?? url
        return pictureAddress ? (
          <img
            key={place}
            src={pictureAddress(url)}
            alt={name}
            loading="lazy"
            className="my-1.5 max-h-48 max-w-full rounded-control border border-line"
          />
        ) : (
          <p key={place} className="font-mono text-small text-ink-3">
            {name}
          </p>
        )
      })}
    </>
  )
}

function Words({ text }: { text: string }) {
  if (!text) return <p className="text-ink-3">empty</p>
  return <p className="break-words whitespace-pre-wrap">{text}</p>
}

function urlOf(part: Record<string, unknown>): string | undefined {
  const image = part.image_url as { url?: unknown } | undefined
  return typeof image?.url === 'string' ? image.url : undefined
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
