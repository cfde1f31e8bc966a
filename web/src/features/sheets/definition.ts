/** A sheet's definition while it is being written: what is complete enough to try, and where the server's word belongs. */
import type { ProblemError } from '@/api/problem'
import type { Definition, Source } from './sheets'

export type TableSource = Extract<Source, { kind: 'table' }>
export type VolumeSource = Extract<Source, { kind: 'volume' }>

export function emptyDefinition(primaryTable = ''): Definition {
  return {
    primary_table: primaryTable,
    item_key: [],
    columns: null,
    secondary_sources: [],
    filter: null,
    sample: { kind: 'all', size: null, seed: 0 },
  }
}

/** An alias for a source that no other has: the last part of its name, with a number when that is taken. */
export function aliasFor(name: string, taken: readonly string[]): string {
  const base = (name.split('.').at(-1) ?? '').replaceAll(/\W/g, '_').replace(/^(\d)/, '_$1') || 'source'
  const free = (alias: string) => !taken.some((other) => other.toLowerCase() === alias.toLowerCase())
  if (free(base)) return base
  let number = 2
  while (!free(`${base}_${number}`)) number += 1
  return `${base}_${number}`
}

/** The columns that look like a name of a row, likeliest first. */
export function likelyKeys(columns: readonly { name: string; type_text: string }[]): string[] {
  const keyable = columns.filter(
    ({ type_text }) => !/^(float|double|array|struct|map|binary)/.test(type_text),
  )
  const rank = (name: string) =>
    /^(id|key|uuid)$/i.test(name)
      ? 0
      : /(_|\b)(id|key|no|number|code)$/i.test(name)
        ? 1
        : /id$/i.test(name)
          ? 2
          : 3
  return keyable
    .map(({ name }) => name)
    .sort((a, b) => rank(a) - rank(b))
    .filter((name) => rank(name) < 3)
}

/** Whether a pattern of file names says where the key stands. */
export const namesKey = (pattern: string) => pattern.includes('{key}')

/**
 * How the files of a volume are named after the items: the commonest pattern that no other join has, such as
 * `{key}_front.png`; undefined when no file bears a key.
 */
export function likelyPattern(
  keys: readonly string[],
  files: readonly string[],
  taken: readonly string[],
): string | undefined {
  const found = new Map<string, number>()
  for (const key of keys.filter(Boolean)) {
    for (const file of files.filter((path) => !/[*?[\]{}]/.test(path))) {
      const parts = file.split(key)
      const [before = '', ...rest] = parts
      const after = rest.join(key)
      // `p1` is not what `p12.png` is named after.
      if (parts.length < 2 || /[a-z\d]$/i.test(before) || /^[a-z\d]/i.test(after)) continue
      const pattern = `${before}{key}${after}`
      if (!taken.includes(pattern)) found.set(pattern, (found.get(pattern) ?? 0) + 1)
    }
  }
  return [...found].sort(([, a], [, b]) => b - a)[0]?.[0]
}

function isComplete(source: Source): boolean {
  if (!source.name || !source.alias) return false
  if (source.kind === 'volume') return source.join.key !== '' && namesKey(source.join.pattern)
  return (
    source.join.left.length > 0 &&
    source.join.left.length === source.join.right.length &&
    [...source.join.left, ...source.join.right].every(Boolean)
  )
}

/** The definition as far as it can be tried: unfinished secondary sources are left out; undefined before there is a key. */
export function tryable(definition: Definition): Definition | undefined {
  if (!definition.primary_table || definition.item_key.length === 0) return undefined
  return { ...definition, secondary_sources: definition.secondary_sources.filter(isComplete) }
}

export function isFinished(definition: Definition): boolean {
  return tryable(definition) !== undefined && definition.secondary_sources.every(isComplete)
}

const OWN_PLACES = ['primary_table', 'item_key', 'columns', 'secondary_sources', 'filter', 'sample']

/** Whether the form has a place for what the server said; anything else is told above the items. */
export function isBeside(error: ProblemError, definition: Definition): boolean {
  const places = [...OWN_PLACES, ...definition.secondary_sources.map(({ alias }) => alias)]
  return places.some((place) => saidOf(error, place) !== undefined)
}

/** What the server said of the part at `path`, or of anything inside it. */
export function saidOf(error: ProblemError | undefined, path: string): string | undefined {
  const field = error?.field?.replace(/^definition\./, '')
  if (!error || !field) return undefined
  if (field !== path && !field.startsWith(`${path}.`)) return undefined
  return [error.message, error.fix].filter(Boolean).join(' ')
}
