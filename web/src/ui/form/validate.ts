/** Checks an answer against its JSON Schema and says, field by field, what is wrong in words. */
import { Validator, type Schema } from '@cfworker/json-schema'
import type { JsonSchema } from './shape'

/** Messages by dotted path; the empty path is the whole answer. */
export type FieldErrors = Record<string, string>

/** The checker interprets the schema: compiled validators need `eval`, which the page's rules refuse. */
export function makeChecker(schema: JsonSchema): (value: unknown) => FieldErrors {
  const validator = new Validator(schema as Schema, '2020-12', false)
  return (value) => {
    const found: FieldErrors = {}
    if (value === undefined) return { '': 'Nothing is answered yet.' }
    for (const error of validator.validate(value).errors) {
      const said = inOwnWords(error.keyword, error.error, valueAt(schema, error.keywordLocation))
      if (!said) continue
      const missing = error.keyword === 'required' ? /"([^"]+)"/.exec(error.error)?.[1] : undefined
      const path = [...pathOf(error.instanceLocation), ...(missing === undefined ? [] : [missing])].join('.')
      found[path] ??= said
    }
    return found
  }
}

function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** What the schema asks for at a place such as `#/properties/total/maximum`; undefined behind a reference. */
function valueAt(schema: JsonSchema, pointer: string): string {
  let found: unknown = schema
  for (const part of pathOf(pointer)) found = (found as Record<string, unknown> | undefined)?.[part]
  return String(found)
}

/** Undefined for errors that only say that something inside is wrong. */
function inOwnWords(keyword: string, message: string, wanted: string): string | undefined {
  switch (keyword) {
    case 'properties':
    case 'items':
    case 'allOf':
    case 'anyOf':
    case 'if':
    case '$ref':
    case 'additionalProperties':
    case 'dependentSchemas':
      return keyword === 'additionalProperties' && !message.includes('does not match') ? message : undefined
    case 'required':
      return 'This is needed.'
    case 'enum':
    case 'oneOf':
    case 'const':
      return 'Choose one of the classes.'
    case 'minimum':
      return `This must be at least ${wanted}.`
    case 'maximum':
      return `This must be at most ${wanted}.`
    case 'exclusiveMinimum':
      return `This must be more than ${wanted}.`
    case 'exclusiveMaximum':
      return `This must be less than ${wanted}.`
    case 'multipleOf':
      return `This must be a multiple of ${wanted}.`
    case 'pattern':
      return `This is not written as the labelset asks for: ${wanted}`
    case 'format':
      return `This must be a valid ${wanted}.`
    case 'minLength':
      return `This must have at least ${wanted} characters.`
    case 'maxLength':
      return `This must have at most ${wanted} characters.`
    case 'minItems':
      return `There must be at least ${wanted}.`
    case 'maxItems':
      return `There must be at most ${wanted}.`
    case 'uniqueItems':
      return 'No two of them may be the same.'
    case 'type':
      return wrongType(message)
    default:
      return message
  }
}

const typeNames: Record<string, string> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'yes or no',
  array: 'a list',
  object: 'a group of fields',
  null: 'empty',
}

function wrongType(message: string): string {
  const [got, wanted] = [...message.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '')
  const named = (type: string | undefined) => typeNames[type ?? ''] ?? type
  return `This must be ${named(wanted)}, not ${named(got)}.`
}

/** Drops what was left blank, so that an untouched optional field is absent, not an empty text. */
export function withoutBlanks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutBlanks)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => !isBlank(inner))
      .map(([name, inner]) => [name, withoutBlanks(inner)]),
  )
}

/** Also of a group of fields that were all left blank again. */
function isBlank(value: unknown): boolean {
  if (value === undefined || value === '') return true
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false
  const fields = Object.values(value)
  return fields.length > 0 && fields.every(isBlank)
}
