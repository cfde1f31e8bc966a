/** A draft as it is written: kept on the server while one types, with the form it makes beside it. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleAlert } from 'lucide-react'
import { useRef, useState } from 'react'
import { messageOf, fixOf } from '@/api/problem'
import { SAVED, useDraft } from '@/lib/useDraft'
import { DiscardDraft } from '@/ui/asset'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field, FieldError, TextArea } from '@/ui/Field'
import { UnsavedGuard } from '@/ui/UnsavedGuard'
import { CodeEditor, type CodeProblem } from '@/ui/view'
import { ClassList } from './ClassList'
import { contentOf, problemOfSchema, rowsOf, unfinished, type DraftContent } from './draft'
import { FormPreview } from './FormPreview'
import { changeDraft, discardDraft, kindsQuery, type Labelset, type LabelsetVersion } from './labelsets'
import { PublishDialog } from './PublishDialog'

interface DraftEditorProps {
  labelset: Labelset
  draft: LabelsetVersion
  versions: readonly LabelsetVersion[]
}

export function DraftEditor({ labelset, draft, versions }: DraftEditorProps) {
  const client = useQueryClient()
  const kind = useQuery(kindsQuery).data?.find(({ name }) => name === labelset.kind)
  const [current, setCurrent] = useState(draft)
  /** Of the draft that is kept: saves follow each other faster than the page is drawn. */
  const version = useRef(draft.version)
  const [refusal, setRefusal] = useState<unknown>()
  const [publishing, setPublishing] = useState(false)
  const write = async (content: DraftContent) => {
    if (unfinished(content)) throw new Error('The draft cannot be kept yet.')
    try {
      const next = await changeDraft(labelset.id, { ...contentOf(content), version: version.current })
      version.current = next.version
      setCurrent(next)
      setRefusal(undefined)
      client.setQueryData<LabelsetVersion[]>(['labelsets', labelset.id, 'versions'], (all) =>
        all?.map((one) => (one.id === next.id ? next : one)),
      )
      await client.invalidateQueries({ queryKey: ['labelsets', labelset.id], exact: true })
    } catch (error) {
      setRefusal(error)
      throw error
    }
  }
  const { content, saved, change, save } = useDraft<DraftContent>(rowsOf(draft), true, write)
  const schemaProblem = problemOfSchema(content.schema)
  const problems: CodeProblem[] = schemaProblem ? [schemaProblem] : []
  const published = versions.find(({ state }) => state === 'published')
  const blockers = (current.problems ?? []).filter(({ path }) => !path.startsWith('/migration/'))
  return (
    <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] items-start gap-4 max-lg:grid-cols-1">
      <div className="flex min-w-0 flex-col gap-4">
        {kind?.takes_classes && (
          <ClassList
            rows={content.classes}
            kept={new Set(published?.classes?.map(({ id }) => id))}
            onChange={(classes) => change({ classes })}
          />
        )}
        {kind?.takes_schema && (
          <Card title="Answer schema" lead={`JSON Schema. ${kind.description}`}>
            <CodeEditor
              label="Answer schema"
              language="json"
              minHeight="10rem"
              value={content.schema}
              problems={problems}
              onChange={(schema) => change({ schema })}
            />
            {schemaProblem && <FieldError>{schemaProblem.message}</FieldError>}
          </Card>
        )}
        <Card>
          <Field label="Instructions" hint="What experts read beside the form. Shown as plain text.">
            {(wired) => (
              <TextArea
                {...wired}
                rows={5}
                value={content.instructions}
                onChange={(event) => change({ instructions: event.target.value })}
              />
            )}
          </Field>
        </Card>
      </div>
      <div className="sticky top-0 flex min-w-0 flex-col gap-4">
        <Card>
          <div className="flex items-center gap-2">
            <span className="min-w-0 flex-1 text-ink-2" aria-live="polite">
              Draft v{draft.number} · {SAVED[saved] || 'saved'}
            </span>
            <DiscardDraft
              published={labelset.published === null ? null : `v${labelset.published}`}
              queryKey="labelsets"
              discard={() => discardDraft(labelset.id, current.version)}
            />
            <Button
              tone="primary"
              disabled={blockers.length > 0 || unfinished(content)}
              onClick={() => void save().then((isKept) => isKept && setPublishing(true))}
            >
              Publish…
            </Button>
          </div>
          {refusal !== undefined && (
            <p role="alert" className="mt-2 text-bad">
              {messageOf(refusal)} <span className="text-ink-2">{fixOf(refusal)}</span>
            </p>
          )}
          {blockers.length > 0 && (
            <ul className="mt-3 flex flex-col gap-1">
              {blockers.map(({ path, message }) => (
                <li key={path + message} className="flex items-start gap-1.5">
                  <CircleAlert aria-hidden size={14} className="mt-0.5 shrink-0 text-warn" />
                  {message}
                </li>
              ))}
            </ul>
          )}
        </Card>
        <FormPreview schema={blockers.length > 0 ? undefined : current.answer_schema} />
      </div>
      <UnsavedGuard unsaved={saved === 'failed'} />
      {publishing && (
        <PublishDialog
          labelset={labelset}
          draft={current}
          before={published}
          onDraft={(next) => {
            version.current = next.version
            setCurrent(next)
          }}
          onClose={() => setPublishing(false)}
        />
      )}
    </div>
  )
}
