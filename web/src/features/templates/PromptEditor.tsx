/** A draft's prompts as they are written: kept while one types, checked against a sheet, and tried on its items. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { fixOf, messageOf } from '@/api/problem'
import { labelsetVersionsQuery } from '@/features/labelsets'
import { SAVED, useDraft } from '@/lib/useDraft'
import { DiscardDraft } from '@/ui/asset'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field, FieldError, TextArea } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { UnsavedGuard } from '@/ui/UnsavedGuard'
import { CodeEditor } from '@/ui/view'
import { FieldChips, useSheetFields } from './FieldChips'
import { ModelFields } from './ModelFields'
import { PublishDialog } from './PublishDialog'
import {
  changeDraft,
  discardDraft,
  templateCheckQuery,
  type Template,
  type TemplateVersion,
} from './templates'
import { Trial, useTrialSheet } from './Trial'

interface DraftContent {
  system_prompt: string
  user_prompt: string
  notes: string
  labelset_version: number
  model: TemplateVersion['model']
}

const PROMPTS = [
  { field: 'system_prompt', label: 'System prompt', minHeight: '3.5rem' },
  { field: 'user_prompt', label: 'Prompt', minHeight: '10rem' },
] as const

export function PromptEditor({ template, draft }: { template: Template; draft: TemplateVersion }) {
  const client = useQueryClient()
  const [current, setCurrent] = useState(draft)
  /** Of the draft that is kept: saves follow each other faster than the page is drawn. */
  const version = useRef(draft.version)
  const [refusal, setRefusal] = useState<unknown>()
  const [publishing, setPublishing] = useState(false)
  const [sheetId, setSheetId] = useTrialSheet()
  const write = async (content: DraftContent) => {
    try {
      const next = await changeDraft(template.id, { ...content, version: version.current })
      version.current = next.version
      setCurrent(next)
      setRefusal(undefined)
      client.setQueryData<TemplateVersion[]>(['templates', template.id, 'versions'], (all) =>
        all?.map((one) => (one.id === next.id ? next : one)),
      )
      await client.invalidateQueries({ queryKey: ['templates', template.id], exact: true })
    } catch (error) {
      setRefusal(error)
      throw error
    }
  }
  const { content, saved, change, save } = useDraft<DraftContent>(
    {
      system_prompt: draft.system_prompt,
      user_prompt: draft.user_prompt,
      notes: draft.notes,
      labelset_version: draft.labelset_version,
      model: draft.model,
    },
    true,
    write,
  )
  const fields = useSheetFields(sheetId)
  const check = useQuery(templateCheckQuery(template.id, current, sheetId))
  const labelsetVersions = useQuery(labelsetVersionsQuery(template.labelset_id))
  const problems = current.problems ?? []
  return (
    <div className="grid grid-cols-2 items-start gap-4 max-lg:grid-cols-1">
      <div className="flex min-w-0 flex-col gap-4">
        <Card>
          <div className="flex items-center gap-2">
            <span className="min-w-0 flex-1 text-ink-2" aria-live="polite">
              Draft {draft.number} · {SAVED[saved] || 'saved'}
            </span>
            <DiscardDraft
              published={template.published}
              queryKey="templates"
              discard={() => discardDraft(template.id, current.version)}
            />
            <Button
              tone="primary"
              disabled={problems.length > 0}
              title={
                content.user_prompt.trim() === ''
                  ? 'Write the prompt first.'
                  : problems.length > 0
                    ? 'Mend what is marked first.'
                    : undefined
              }
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
        </Card>
        {PROMPTS.map(({ field, label, minHeight }) => {
          // An empty prompt is not written yet, which is no mistake.
          const isEmpty = content[field].trim() === ''
          const own = problems.filter((problem) => problem.field === field && !isEmpty)
          return (
            <Card key={field} title={label} lead={field === 'user_prompt' ? <Syntax /> : undefined}>
              <CodeEditor
                label={label}
                language="jinja"
                minHeight={minHeight}
                value={content[field]}
                suggestions={fields}
                problems={own.map(({ message, line }) => ({ message, ...(line === null ? {} : { line }) }))}
                onChange={(text) => change({ [field]: text })}
              />
              {field === 'user_prompt' && fields.length > 0 && (
                <FieldChips
                  fields={fields}
                  onChoose={(piece) => change({ user_prompt: content.user_prompt + piece })}
                />
              )}
              {own.map(({ message, fix, line }) => (
                <FieldError key={message}>
                  {line !== null && `Line ${line}: `}
                  {message} <span className="text-ink-2">{fix}</span>
                </FieldError>
              ))}
              {field === 'user_prompt' &&
                check.data?.problems.map(({ variable, message, fix }) => (
                  <FieldError key={variable}>
                    {message} <span className="text-ink-2">{fix}</span>
                  </FieldError>
                ))}
            </Card>
          )
        })}
        <Card title="Answer">
          <div className="flex flex-col gap-3">
            <Field label="Labelset version">
              {(wired) => (
                <Select
                  {...wired}
                  value={String(content.labelset_version)}
                  onChange={(number) => change({ labelset_version: Number(number) })}
                  options={(labelsetVersions.data ?? [])
                    .filter(
                      ({ state, number }) => state === 'published' || number === content.labelset_version,
                    )
                    .map(({ number }) => ({
                      value: String(number),
                      label: `${template.label_type} v${number}`,
                    }))}
                />
              )}
            </Field>
            <ModelFields model={content.model} onChange={(model) => change({ model })} />
            <Field label="Notes" hint="What changed and why, for whoever compares versions.">
              {(wired) => (
                <TextArea
                  {...wired}
                  rows={2}
                  value={content.notes}
                  onChange={(event) => change({ notes: event.target.value })}
                />
              )}
            </Field>
          </div>
        </Card>
      </div>
      <Trial
        template={template}
        version={current}
        sheetId={sheetId}
        onSheet={setSheetId}
        typed={{ system_prompt: content.system_prompt, user_prompt: content.user_prompt }}
      />
      <UnsavedGuard unsaved={saved === 'failed'} />
      {publishing && (
        <PublishDialog template={template} draft={current} onClose={() => setPublishing(false)} />
      )}
    </div>
  )
}

function Syntax() {
  return (
    <>
      Jinja: <code className="font-mono">{'{{ total }}'}</code> puts a field in,{' '}
      <code className="font-mono">{'{{ image(photo) }}'}</code> shows a picture.
    </>
  )
}
