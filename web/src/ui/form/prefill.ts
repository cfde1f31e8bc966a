/** An answer that begins with what the source row says already. */
import { same } from '@/lib/steps'
import type { JsonSchema } from './shape'

type Row = Readonly<Record<string, unknown>>

/** Fields of an object answer that the row has under the same name, with a value that may stand there. */
export function fromRow(schema: JsonSchema, row: Row): Record<string, unknown> {
  const properties = schema.properties as Record<string, { type?: unknown; enum?: unknown[] }> | undefined
  const found: Record<string, unknown> = {}
  for (const [name, { type, enum: allowed }] of Object.entries(properties ?? {})) {
    const value = row[name]
    if (value === null || value === undefined) continue
    const isType = type === undefined ? allowed !== undefined : [type].flat().some((one) => isOf(one, value))
    if (isType && (allowed?.includes(value) ?? true)) found[name] = value
  }
  return found
}

/** The names of those fields of an answer that still say what the row says. */
export function stillAsInRow(schema: JsonSchema, row: Row, value: unknown): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return new Set()
  const answer = value as Row
  const found = fromRow(schema, row)
  return new Set(Object.keys(found).filter((name) => same(answer[name], found[name])))
}

function isOf(type: unknown, value: unknown): boolean {
  return type === 'integer' ? Number.isInteger(value) : type === typeof value
}
