/** The secondary sources of a sheet: tables joined by columns, files joined by their names. */
import { FolderOpen, Table2 } from 'lucide-react'
import type { ProblemError } from '@/api/problem'
import { Button } from '@/ui/Button'
import { SourceFields } from './SourceFields'
import { saidOf } from './definition'
import type { Source } from './sheets'

interface SourceListProps {
  sources: readonly Source[]
  primaryTable: string
  primaryColumns: readonly string[]
  /** What joins as long as nobody says otherwise: most sources are found by what names the item. */
  itemKey: readonly string[]
  onChange: (sources: Source[]) => void
  problem: ProblemError | undefined
}

export function SourceList(props: SourceListProps) {
  const { sources, primaryTable, primaryColumns, itemKey, onChange, problem } = props
  const add = (kind: Source['kind']) => {
    const base = { name: '', alias: '', many: false }
    const key = itemKey[0] ?? primaryColumns[0] ?? ''
    onChange([
      ...sources,
      kind === 'table'
        ? { ...base, kind, columns: null, join: { left: [key], right: [''] } }
        : { ...base, kind, join: { key, pattern: '{key}.*' } },
    ])
  }
  return (
    <>
      {sources.map((source, place) => (
        <SourceFields
          key={place}
          source={source}
          others={sources.filter((_, other) => other !== place)}
          primaryTable={primaryTable}
          primaryColumns={primaryColumns}
          onChange={(changed) => onChange(sources.map((old, other) => (other === place ? changed : old)))}
          onRemove={() => onChange(sources.filter((_, other) => other !== place))}
          error={saidOf(problem, `secondary_sources.${place}`) ?? aboutAlias(problem, source.alias)}
        />
      ))}
      <div className="flex gap-2">
        <Button size="small" icon={Table2} onClick={() => add('table')}>
          Join a table
        </Button>
        <Button size="small" icon={FolderOpen} onClick={() => add('volume')}>
          Join files
        </Button>
      </div>
    </>
  )
}

/** Some refusals name the source by its alias. */
function aboutAlias(problem: ProblemError | undefined, alias: string): string | undefined {
  return alias === '' ? undefined : saidOf(problem, alias)
}
