/** A turn's content as its parts: texts, which a person may change, between pictures, which stay where they are. */

export interface TurnPart {
  /** What the part says; undefined for a picture or another file. */
  text: string | undefined
  /** What stands in for a part that is no text. */
  name: string
  /** Which of the turn's texts it is, from 1. */
  ordinal: number
}

type ContentPart = Record<string, unknown>

export function partsOf(content: unknown): TurnPart[] {
  if (!Array.isArray(content)) {
    return [{ text: typeof content === 'string' ? content : JSON.stringify(content), name: '', ordinal: 1 }]
  }
  let texts = 0
  return (content as ContentPart[]).map((part) =>
    part.type === 'text'
      ? { text: String(part.text), name: '', ordinal: (texts += 1) }
      : {
          text: undefined,
          name: part.type === 'image_url' ? '[picture]' : `[${String(part.type)}]`,
          ordinal: 0,
        },
  )
}

/** The content with another text in one of its parts; every other part is as it was. */
export function withText(content: unknown, place: number, text: string): unknown {
  if (!Array.isArray(content)) return text
  return (content as ContentPart[]).map((part, index) => (index === place ? { ...part, text } : part))
}
