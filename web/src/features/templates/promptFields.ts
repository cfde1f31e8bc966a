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
    // A list is shown by a loop over its rows; their fields exist only inside it.
    if (kind === 'struct' && many) return [{ name, detail: 'list', piece: loopOver(name, inner) }]
    const piece = kind === 'file' ? pictures(name, many) : `{{ ${name} }}`
    return [
      { name, detail, piece },
      ...inner.map((each) => ({ name: each.name, detail: each.type, piece: `{{ ${each.name} }}` })),
    ]
  })
}

const pictures = (name: string, many: boolean) =>
  many ? `{% for file in ${name} %}{{ image(file) }}{% endfor %}` : `{{ image(${name}) }}`

function loopOver(name: string, fields: readonly ItemField[]): string {
  const shown = fields.map((each) => `{{ row.${each.name.slice(name.length + 1)} }}`).join(' ')
  return `{% for row in ${name} %}\n${shown}\n{% endfor %}`
}
