/** Above every table: search, filters as the URL holds them, and what is selected. */
import { Search, X } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react'
import { useKey } from '@/lib/useKey'
import { count } from '@/lib/numbers'
import type { ListControls } from '@/lib/urlState'
import { Button } from '../Button'
import { Select } from '../Select'
import type { Filter } from './columns'
import { everything, nothing, selectedCount, type Selection } from './selection'

const TYPING_PAUSE_MS = 250

export function SearchBox({ list, label }: { list: ListControls; label: string }) {
  const [text, setText] = useState(list.search)
  const [heard, setHeard] = useState(list.search)
  const input = useRef<HTMLInputElement>(null)
  if (list.search !== heard) {
    // The URL changed by itself (back, or a cleared filter): the box follows.
    setHeard(list.search)
    setText(list.search)
  }
  const commit = useEffectEvent((value: string) => {
    setHeard(value)
    list.setSearch(value)
  })
  useEffect(() => {
    if (text === heard) return
    const timer = setTimeout(() => commit(text), TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, heard])
  useKey('list.search', () => input.current?.focus())
  return (
    <span className="relative block w-72 max-w-full">
      <Search aria-hidden size={14} className="pointer-events-none absolute top-2 left-2.5 text-ink-3" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        className="control h-7.5 w-full pr-2 pl-8 [&::-webkit-search-cancel-button]:opacity-60"
      />
    </span>
  )
}

export interface ToolbarProps {
  list: ListControls
  searchLabel?: string | undefined
  filters: readonly Filter[]
  actions?: ReactNode
}

export function Toolbar({ list, searchLabel, filters, actions }: ToolbarProps) {
  const narrowed = list.search !== '' || Object.keys(list.filters).length > 0
  return (
    <div className="flex flex-wrap items-center gap-2 pb-3">
      {searchLabel && <SearchBox list={list} label={searchLabel} />}
      {filters.map((filter) => (
        <Select
          key={filter.name}
          aria-label={filter.label}
          options={filter.options}
          placeholder={filter.label}
          value={list.filters[filter.name] ?? ''}
          onChange={(value) => list.setFilter(filter.name, value || undefined)}
          className="max-w-52"
        />
      ))}
      {narrowed && (
        <Button tone="quiet" icon={X} onClick={list.clear}>
          Clear
        </Button>
      )}
      {actions && <div className="ml-auto flex items-center gap-2">{actions}</div>}
    </div>
  )
}

export interface BulkBarProps {
  selection: Selection
  onChange: (selection: Selection) => void
  total: number | undefined
  loaded: number
  hasMore: boolean
  children: ReactNode
}

/** Stands in the toolbar's place while rows are selected; actions reach the query, not the visible page. */
export function BulkBar({ selection, onChange, total, loaded, hasMore, children }: BulkBarProps) {
  const selected = selectedCount(selection, total)
  useKey('app.leaveField', () => onChange(nothing))
  const wider = selection.of === 'rows' && (hasMore || (selected ?? 0) < loaded)
  return (
    <div
      role="region"
      aria-label="Selected rows"
      className="mb-3 flex min-h-7.5 flex-wrap items-center gap-x-3 gap-y-1 rounded-control bg-accent-soft px-3 py-1"
    >
      <span className="font-medium text-accent-ink" aria-live="polite">
        {selected === undefined ? 'All that match are' : count(selected)} selected
      </span>
      {wider && (
        <button
          type="button"
          onClick={() => onChange(everything)}
          className="min-h-6 text-accent-ink underline underline-offset-2"
        >
          Select all {total === undefined ? 'rows' : count(total)} matching this query
        </button>
      )}
      <div className="ml-auto flex items-center gap-2">
        {children}
        <Button tone="quiet" size="small" icon={X} keyName="app.leaveField" onClick={() => onChange(nothing)}>
          Clear
        </Button>
      </div>
    </div>
  )
}
