/** Every tag where it is set; those the gate listens to stand out. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Tag as TagIcon } from 'lucide-react'
import { Link } from 'react-router'
import { answer, api } from '@/api/client'
import { pagedQuery } from '@/api/pages'
import { useListState } from '@/lib/urlState'
import { TagBadge } from '@/ui/Badge'
import { ButtonLink } from '@/ui/ButtonLink'
import { EmptyState } from '@/ui/EmptyState'
import { DataTable } from '@/ui/table'
import { Time } from '@/ui/Time'
import type { Tag } from './governance'

const KEYS = ['PHI', 'PII', 'CONFIDENTIAL', 'classification']

export function TagsTable() {
  const list = useListState(['key'])
  const query = useInfiniteQuery(
    pagedQuery<Tag>(['governance', 'tags', list.query], (cursor) =>
      answer(
        api.GET('/api/v1/governance/tags', {
          params: {
            query: { search: list.search || null, key: list.filters.key ?? null, cursor: cursor ?? null },
          },
        }),
      ),
    ),
  )
  return (
    <DataTable
      noun="tag"
      list={list}
      query={query}
      rowId={(tag) => `${tag.source} ${tag.key}`}
      rowLabel={(tag) => `${tag.key} on ${tag.source}`}
      searchLabel="Search sources"
      filters={[{ name: 'key', label: 'Any tag', options: KEYS.map((value) => ({ value, label: value })) }]}
      columns={[
        {
          id: 'source',
          header: 'Source',
          cell: (tag) => <Source name={tag.source} />,
        },
        {
          id: 'tag',
          header: 'Tag',
          width: 200,
          cell: (tag) => <TagBadge name={tag.key} value={tag.value} />,
        },
        {
          id: 'governs',
          header: 'The gate',
          width: 150,
          cell: (tag) => (tag.governs ? 'listens to it' : <span className="text-ink-3">does not mind</span>),
        },
        { id: 'by', header: 'Set by', width: 140, cell: (tag) => tag.set_by_name },
        { id: 'at', header: 'When', width: 130, cell: (tag) => <Time at={tag.set_at} /> },
      ]}
      empty={
        <EmptyState
          icon={TagIcon}
          title="Nothing is tagged"
          actions={
            <ButtonLink tone="primary" to="/data/catalog">
              Open the catalog
            </ButtonLink>
          }
        >
          Tag catalogs, schemas, tables or single columns where they are shown. PHI and PII prohibit training
          and validation; what lies below inherits.
        </EmptyState>
      }
    />
  )
}

/** A column leads to its table; what else a name is, the catalog knows. */
function Source({ name }: { name: string }) {
  const [table, column] = name.split('#')
  if (column === undefined) return <span className="font-medium">{name}</span>
  return (
    <Link to={`/data/tables/${table}?tab=columns`} className="font-medium hover:underline">
      {name}
    </Link>
  )
}
