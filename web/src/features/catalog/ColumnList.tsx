/** A table's columns: type, comment and tags, each editable in place. */
import { Pencil, Tags } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '@/api/me'
import { ClassificationBadge, TagBadge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { IconButton } from '@/ui/IconButton'
import { CommentEditor } from './CommentEditor'
import { TagEditor } from './TagEditor'
import type { Table, TableColumn } from './sources'

export function ColumnList({ table }: { table: Table }) {
  const [editing, setEditing] = useState<{ what: 'tags' | 'comment'; column: TableColumn }>()
  const mayTag = useMay('governance.narrow')
  const mayWrite = useMay('catalog.write')
  const source = editing && `${table.full_name}#${editing.column.name}`
  return (
    <Card flush>
      <table className="w-full">
        <thead>
          <tr className="text-left text-small text-ink-3">
            {['Column', 'Type', 'Comment', 'Tags', 'Classification', ''].map((title) => (
              <th key={title} className="border-b border-line px-4 py-1.5 font-medium">
                {title || <span className="sr-only">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.columns.map((column) => (
            <tr key={column.name} className="hover:bg-hover">
              <td className="border-b border-line px-4 py-1.5 font-medium">{column.name}</td>
              <td className="border-b border-line px-4 py-1.5 font-mono text-small text-ink-2">
                {column.type_text}
                {!column.nullable && ' not null'}
              </td>
              <td className="max-w-80 border-b border-line px-4 py-1.5 text-ink-2">{column.comment}</td>
              <td className="border-b border-line px-4 py-1.5">
                <span className="flex flex-wrap gap-1">
                  {Object.entries(column.inherited_tags).map(([key, value]) => (
                    <TagBadge key={key} name={key} value={value} inherited={!(key in column.tags)} />
                  ))}
                </span>
              </td>
              <td className="border-b border-line px-4 py-1.5">
                <ClassificationBadge classification={column.classification} />
              </td>
              <td className="border-b border-line px-2 py-1.5 text-right whitespace-nowrap">
                {mayWrite && (
                  <IconButton
                    size="small"
                    icon={Pencil}
                    label={`Comment on ${column.name}`}
                    onClick={() => setEditing({ what: 'comment', column })}
                  />
                )}
                {mayTag && (
                  <IconButton
                    size="small"
                    icon={Tags}
                    label={`Tags of ${column.name}`}
                    onClick={() => setEditing({ what: 'tags', column })}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {editing?.what === 'tags' && source && (
        <TagEditor
          source={source}
          own={editing.column.tags}
          inherited={editing.column.inherited_tags}
          onClose={() => setEditing(undefined)}
        />
      )}
      {editing?.what === 'comment' && source && (
        <CommentEditor said={{ ...editing.column, source }} onClose={() => setEditing(undefined)} />
      )}
    </Card>
  )
}
