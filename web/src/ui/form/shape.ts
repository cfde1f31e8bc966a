/** Reads the common shapes of a JSON Schema into what the form draws; anything rarer is left to the fallback. */
export interface JsonSchema {
  type?: string | string[]
  title?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  oneOf?: JsonSchema[]
  anyOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema | boolean
  uniqueItems?: boolean
  maxLength?: number
  pattern?: string
  format?: string
  default?: unknown
  [keyword: string]: unknown
}

export interface Choice {
  value: string | number
  label: string
  hint: string | undefined
}

export type Shape =
  | { kind: 'classes'; choices: Choice[]; many: boolean }
  | { kind: 'text'; long: boolean; input: 'text' | 'date' | 'email' | 'url' | 'time' }
  | { kind: 'number'; integer: boolean }
  | { kind: 'boolean' }
  | { kind: 'list'; of: Shape; item: JsonSchema }
  | { kind: 'object'; fields: ShapeField[] }

export interface ShapeField {
  name: string
  label: string
  hint: string | undefined
  required: boolean
  /** Null may be answered, as "nothing here". */
  nullable: boolean
  shape: Shape
}

const UNREAD = [
  'allOf',
  'anyOf',
  'not',
  'if',
  'dependentSchemas',
  'dependentRequired',
  'patternProperties',
  'prefixItems',
  '$ref',
  '$dynamicRef',
]
const INPUTS: Record<string, 'date' | 'email' | 'url' | 'time'> = {
  date: 'date',
  email: 'email',
  uri: 'url',
  time: 'time',
}
const SHORT_TEXT = 120

/** The shape of a schema, or undefined when it needs the fallback. */
export function readShape(schema: JsonSchema): Shape | undefined {
  const plain = withoutNull(schema)
  if (UNREAD.some((keyword) => keyword in plain)) return undefined
  const choices = readChoices(plain)
  if (choices) return { kind: 'classes', choices, many: false }
  if ('oneOf' in plain) return undefined
  switch (plain.type ?? (plain.properties ? 'object' : undefined)) {
    case 'string': {
      const input = INPUTS[plain.format ?? '']
      const long = !input && !plain.pattern && (plain.maxLength ?? SHORT_TEXT + 1) > SHORT_TEXT
      return { kind: 'text', long, input: input ?? 'text' }
    }
    case 'number':
    case 'integer':
      return { kind: 'number', integer: plain.type === 'integer' }
    case 'boolean':
      return { kind: 'boolean' }
    case 'array':
      return readList(plain)
    case 'object':
      return readObject(plain)
    default:
      return undefined
  }
}

function readList(schema: JsonSchema): Shape | undefined {
  if (typeof schema.items !== 'object') return undefined
  const choices = readChoices(schema.items)
  if (choices && schema.uniqueItems) return { kind: 'classes', choices, many: true }
  const of = readShape(schema.items)
  return of && { kind: 'list', of, item: schema.items }
}

function readObject(schema: JsonSchema): Shape | undefined {
  const fields: ShapeField[] = []
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const shape = readShape(field)
    if (!shape) return undefined
    fields.push({
      name,
      shape,
      label: field.title ?? inWords(name),
      hint: field.description,
      required: schema.required?.includes(name) ?? false,
      nullable: isNullable(field),
    })
  }
  return fields.length > 0 ? { kind: 'object', fields } : undefined
}

/** Titles of `oneOf` are what people read; a bare `enum` has only its values. */
function readChoices(schema: JsonSchema): Choice[] | undefined {
  const isValue = (value: unknown) => typeof value === 'string' || typeof value === 'number'
  if (schema.oneOf?.length && schema.oneOf.every((choice) => isValue(choice.const))) {
    return schema.oneOf.map((choice) => ({
      value: choice.const as string,
      label: choice.title ?? String(choice.const),
      hint: choice.description,
    }))
  }
  const values = schema.enum?.filter((value) => value !== null)
  if (!values?.every(isValue)) return undefined
  return values.map((value) => ({ value: value as string, label: String(value), hint: undefined }))
}

/** Both ways of writing "or null" are read as the same shape, nullable. */
function withoutNull(schema: JsonSchema): JsonSchema {
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== 'null')
    return types.length === 1 ? { ...schema, type: types[0] } : schema
  }
  const { anyOf, ...rest } = schema
  const real = anyOf?.filter((option) => option.type !== 'null')
  return real?.length === 1 ? { ...rest, ...real[0] } : schema
}

function isNullable(schema: JsonSchema): boolean {
  if (Array.isArray(schema.type)) return schema.type.includes('null')
  return (
    (schema.anyOf?.some((option) => option.type === 'null') ?? false) ||
    (schema.enum?.includes(null) ?? false)
  )
}

/** `total_amount` → "Total amount". */
export function inWords(name: string): string {
  const words = name
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
