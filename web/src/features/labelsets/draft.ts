/** A draft as a person edits it, and as the server keeps it. */
import type { CodeProblem } from '@/ui/view'
import { labelTypeOf, type LabelsetVersion } from './labelsets'

export interface ClassRow {
  /** Only for drawing the list. */
  key: string
  /** Null: the server makes it from the name. */
  id: string | null
  name: string
  description: string
}

export interface DraftContent {
  classes: ClassRow[]
  schema: string
  instructions: string
}

export function rowsOf({ classes, response_schema, instructions }: LabelsetVersion): DraftContent {
  const schema = response_schema ?? {}
  return {
    classes: (classes ?? []).map(({ id, name, description }) => ({
      key: id,
      id,
      name,
      description: description ?? '',
    })),
    schema: Object.keys(schema).length > 0 ? JSON.stringify(schema, null, 2) : '',
    instructions: instructions ?? '',
  }
}

/** Another name for a class. An id that came from the old name goes with it, until labels may hold it. */
export function renamed({ id, name }: ClassRow, next: string, kept: ReadonlySet<string>): Partial<ClassRow> {
  const fromName = id !== null && id === labelTypeOf(name) && !kept.has(id)
  return fromName ? { name: next, id: null } : { name: next }
}

/** Why a schema's text cannot be kept; undefined when it can. */
export function problemOfSchema(text: string): CodeProblem | undefined {
  if (text.trim() === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return undefined
    return { message: 'A JSON Schema is an object in braces.' }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const line = /line (\d+)/.exec(message)?.[1]
    return { message: `This is not JSON yet: ${message}`, ...(line ? { line: Number(line) } : {}) }
  }
}

/** Whether there is something that the server would not take even in a draft. */
export function unfinished({ classes, schema }: DraftContent): boolean {
  return classes.some(({ name }) => name.trim() === '') || problemOfSchema(schema) !== undefined
}

export function contentOf({ classes, schema, instructions }: DraftContent) {
  return {
    classes: classes.map(({ id, name, description }) => ({ id, name: name.trim(), description })),
    response_schema: (schema.trim() === '' ? {} : JSON.parse(schema)) as Record<string, unknown>,
    instructions,
  }
}
