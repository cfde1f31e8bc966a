/** The fields that a prompt may name, each with the Jinja that shows it. */
import type { ItemField } from '@/features/sheets'

export interface PromptField {
  name: string
  detail: string
  /** What pressing the field adds to the prompt. */
  piece: string
}

export function promptFields(fields: readonly ItemField[]): PromptField[] {
  return fields.flatMap((field) => {
    const { name, type, kind, many, fields: inner } = field
    const detail = kind === 'value' ? type : kind
    const spelled = isWord(name) ? name : `item[${quoted(name)}]`
    // A list is shown by a loop over its rows; their fields exist only inside it.
    if (kind === 'struct' && many) return [{ name, detail: 'list', piece: loopOver(name, spelled, inner) }]
    const piece = kind === 'file' ? pictures(spelled, many) : `{{ ${spelled} }}`
    return [
      { name, detail, piece },
      ...inner.map((each) => ({
        name: each.name,
        detail: each.type,
        piece: `{{ ${spelled}${inside(name, each)} }}`,
      })),
    ]
  })
}

// What Jinja reads as something else than a name.
const WORDS =
  'and or not in is if else true false none True False None self super caller varargs kwargs image range'
const isWord = (name: string) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !WORDS.split(' ').includes(name)

const quoted = (name: string) => `'${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** How a field of a joined row is read from it: `.total`, or `['unit price']`. */
function inside(row: string, { name }: ItemField): string {
  const own = name.slice(row.length + 1)
  return isWord(own) ? `.${own}` : `[${quoted(own)}]`
}

const pictures = (spelled: string, many: boolean) =>
  many ? `{% for file in ${spelled} %}{{ image(file) }}{% endfor %}` : `{{ image(${spelled}) }}`

function loopOver(name: string, spelled: string, fields: readonly ItemField[]): string {
  const shown = fields.map((each) => `{{ row${inside(name, each)} }}`).join(' ')
  return `{% for row in ${spelled} %}\n${shown}\n{% endfor %}`
}
