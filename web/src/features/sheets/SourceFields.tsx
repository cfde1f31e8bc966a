/** One secondary source: which table or volume, what it is called, and how it joins. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Trash2, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { findFiles, rowsQuery, SourcePicker, tableQuery } from '@/features/catalog'
import { Button } from '@/ui/Button'
import { Checkbox, Field, FieldError, Input } from '@/ui/Field'
import { IconButton } from '@/ui/IconButton'
import { Select } from '@/ui/Select'
import { aliasFor, likelyPattern, namesKey, type TableSource, type VolumeSource } from './definition'
import type { Source } from './sheets'

interface SourceFieldsProps {
  source: Source
  /** The sheet's other secondary sources. */
  others: readonly Source[]
  primaryTable: string
  primaryColumns: readonly string[]
  onChange: (source: Source) => void
  onRemove: () => void
  error: string | undefined
}

const asOptions = (names: readonly string[]) => names.map((name) => ({ value: name, label: name }))

export function SourceFields({
  source,
  others,
  primaryTable,
  primaryColumns,
  onChange,
  onRemove,
  error,
}: SourceFieldsProps) {
  const what = source.kind === 'table' ? 'Table' : 'Files of volume'
  const suggest = usePatternSuggestion(primaryTable, source, onChange)
  const choose = (name: string) => {
    const taken = others.map(({ alias }) => alias)
    onChange({ ...source, name, alias: source.alias || aliasFor(name, taken) })
    // Rows above one's clearance give no keys: then the pattern is one's own to write.
    void suggest(name, others).catch(() => undefined)
  }
  return (
    <fieldset className="flex flex-col gap-3 rounded-card border border-line bg-surface p-3">
      <legend className="sr-only">{source.alias || what}</legend>
      <div className="flex items-end gap-2">
        <Field label={what} className="flex-1">
          {(wired) => (
            <SourcePicker {...wired} kind={source.kind} value={source.name || undefined} onChange={choose} />
          )}
        </Field>
        <Field label="Called" className="w-32">
          {(wired) => (
            <Input
              {...wired}
              value={source.alias}
              onChange={(event) => onChange({ ...source, alias: event.target.value })}
            />
          )}
        </Field>
        <IconButton icon={Trash2} label={`Remove ${source.alias || what}`} onClick={onRemove} />
      </div>
      {source.kind === 'table' ? (
        <TableJoin source={source} primaryColumns={primaryColumns} onChange={onChange} />
      ) : (
        <VolumeJoin source={source} primaryColumns={primaryColumns} onChange={onChange} />
      )}
      <Checkbox
        label={
          source.kind === 'table'
            ? 'An item may have several rows; they nest as a list'
            : 'An item may have several files'
        }
        checked={source.many}
        onChange={(event) => onChange({ ...source, many: event.target.checked })}
      />
      {error && <FieldError>{error}</FieldError>}
    </fieldset>
  )
}

const KEYS_TRIED = 5

/** Once a volume is chosen, its pattern begins as its files are named, unless somebody wrote one meanwhile. */
function usePatternSuggestion(primaryTable: string, source: Source, onChange: (source: Source) => void) {
  const client = useQueryClient()
  const now = useRef({ source, onChange })
  useEffect(() => {
    now.current = { source, onChange }
  })
  return async (volume: string, others: readonly Source[]) => {
    if (source.kind !== 'volume') return
    const { key, pattern } = source.join
    const page = await client.query(rowsQuery(primaryTable, 0, KEYS_TRIED))
    const keys = page.rows
      .map((row) => row[key])
      .filter((value) => typeof value === 'string' || typeof value === 'number')
      .map(String)
    const found = await Promise.all(keys.map((text) => findFiles(volume, text)))
    const taken = others.flatMap((other) =>
      other.kind === 'volume' && other.name === volume ? [other.join.pattern] : [],
    )
    const likely = likelyPattern(keys, [...new Set(found.flat())], taken)
    const { source: latest, onChange: change } = now.current
    if (likely === undefined || latest.kind !== 'volume') return
    if (latest.name === volume && latest.join.pattern === pattern && latest.join.key === key) {
      change({ ...latest, join: { key, pattern: likely } })
    }
  }
}

interface JoinProps<S> {
  source: S
  primaryColumns: readonly string[]
  onChange: (source: Source) => void
}

function TableJoin({ source, primaryColumns, onChange }: JoinProps<TableSource>) {
  const table = useQuery({ ...tableQuery(source.name), enabled: source.name !== '' })
  const { left, right } = source.join
  const set = (place: number, side: 'left' | 'right', column: string) =>
    onChange({
      ...source,
      join: {
        ...source.join,
        [side]: source.join[side].map((old, other) => (other === place ? column : old)),
      },
    })
  const without = (columns: readonly string[], place: number) => columns.filter((_, other) => other !== place)
  return (
    <div className="flex flex-col gap-2">
      {left.map((column, place) => (
        <div key={place} className="flex items-center gap-2">
          <Select
            aria-label={`Column of the primary table, ${place + 1}`}
            className="flex-1"
            options={asOptions(primaryColumns)}
            value={column}
            onChange={(name) => set(place, 'left', name)}
          />
          <span className="text-ink-3">=</span>
          <Select
            aria-label={`Column of ${source.alias || 'the table'}, ${place + 1}`}
            className="flex-1"
            placeholder="Choose a column…"
            options={asOptions(table.data?.columns.map(({ name }) => name) ?? [])}
            value={right[place] ?? ''}
            onChange={(name) => set(place, 'right', name)}
          />
          {left.length > 1 && (
            <IconButton
              icon={X}
              size="small"
              label={`Remove pair of columns ${place + 1}`}
              onClick={() =>
                onChange({ ...source, join: { left: without(left, place), right: without(right, place) } })
              }
            />
          )}
        </div>
      ))}
      <Button
        size="small"
        tone="quiet"
        icon={Plus}
        className="self-start"
        onClick={() =>
          onChange({ ...source, join: { left: [...left, primaryColumns[0] ?? ''], right: [...right, ''] } })
        }
      >
        And another column
      </Button>
    </div>
  )
}

function VolumeJoin({ source, primaryColumns, onChange }: JoinProps<VolumeSource>) {
  const { key, pattern } = source.join
  return (
    <div className="grid grid-cols-2 gap-2">
      <Field label="Key column">
        {(wired) => (
          <Select
            {...wired}
            options={asOptions(primaryColumns)}
            value={key}
            onChange={(name) => onChange({ ...source, join: { key: name, pattern } })}
          />
        )}
      </Field>
      <Field
        label="File name"
        hint="{key}.* · {key}_front.jpg · scans/*/{key}.pdf"
        error={
          namesKey(pattern) ? undefined : 'Write {key} where the value of the key column stands in the name.'
        }
      >
        {(wired) => (
          <Input
            {...wired}
            className="font-mono"
            value={pattern}
            onChange={(event) => onChange({ ...source, join: { key, pattern: event.target.value } })}
          />
        )}
      </Field>
    </div>
  )
}
