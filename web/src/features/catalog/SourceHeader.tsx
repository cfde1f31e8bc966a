/** What is said of a source: classification, tags, comment; editable where the person may. */
import { Pencil, Tags } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '@/api/me'
import { ClassificationBadge, TagBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { CommentEditor } from './CommentEditor'
import { TagEditor } from './TagEditor'

export interface SaidOfSource {
  source: string
  comment: string
  comment_version: number
  tags: Record<string, string>
  inherited_tags: Record<string, string>
  classification: string
}

export function SourceHeader({ said, figures }: { said: SaidOfSource; figures?: React.ReactNode }) {
  const [editing, setEditing] = useState<'tags' | 'comment'>()
  const mayTag = useMay('governance.narrow')
  const mayWrite = useMay('catalog.write')
  return (
    <div className="mb-4 flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2">
      <ClassificationBadge classification={said.classification} />
      {Object.entries(said.inherited_tags).map(([key, value]) => (
        <TagBadge key={key} name={key} value={value} inherited={!(key in said.tags)} />
      ))}
      {mayTag && (
        <Button size="small" tone="quiet" icon={Tags} onClick={() => setEditing('tags')}>
          Tags
        </Button>
      )}
      {figures}
      <span className="flex min-w-0 basis-full items-center gap-1 text-ink-2">
        <span className="truncate">{said.comment || 'No comment yet.'}</span>
        {mayWrite && (
          <Button size="small" tone="quiet" icon={Pencil} onClick={() => setEditing('comment')}>
            Comment
          </Button>
        )}
      </span>
      {editing === 'tags' && (
        <TagEditor
          source={said.source}
          own={said.tags}
          inherited={said.inherited_tags}
          onClose={() => setEditing(undefined)}
        />
      )}
      {editing === 'comment' && <CommentEditor said={said} onClose={() => setEditing(undefined)} />}
    </div>
  )
}
