/** A template on real items: how it fits a sheet, the prompts it makes, and what its model answers. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { MessageSquareText, Play } from 'lucide-react'
import type { Schemas } from '@/api/client'
import { namedPictureAddress } from '@/features/catalog'
import { SheetPicker, spokenRef } from '@/features/sheets'
import { useUrlParameter } from '@/lib/urlState'
import { IN_TEN, inTen } from '@/lib/words'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { ErrorNote } from '@/ui/ErrorState'
import { Field, FieldError } from '@/ui/Field'
import { ChatTurns } from '@/ui/view'
import { templateCheckQuery, tryTemplate, type Template, type TemplateVersion } from './templates'

interface TrialProps {
  template: Template
  version: TemplateVersion
  sheetId: string | undefined
  onSheet: (id: string) => void
  /** Prompts as they are typed now, before they are kept. */
  typed?: { system_prompt: string; user_prompt: string }
}

/** The sheet a template is tried on, kept in the address: publishing, versions and reloading keep it. */
export function useTrialSheet(): [string | undefined, (id: string) => void] {
  const [id, set] = useUrlParameter('sheet', '')
  return [id || undefined, set]
}

const TRIED = 3
const PICTURE_WIDTH = 640

export function Trial({ template, version, sheetId, onSheet, typed }: TrialProps) {
  const check = useQuery(templateCheckQuery(template.id, version, sheetId))
  const trial = useMutation({
    mutationFn: (ask: boolean) =>
      tryTemplate(template.id, version.number, {
        sheet_id: sheetId ?? '',
        sheet_version: null,
        item_refs: null,
        count: TRIED,
        system_prompt: typed?.system_prompt ?? null,
        user_prompt: typed?.user_prompt ?? null,
        ask,
      }),
  })
  return (
    <Card
      title="Try it"
      lead={`On the first ${TRIED} items of a sheet; nothing is kept.`}
      className="sticky top-0"
    >
      <div className="flex flex-col gap-3">
        <Field label="Sheet">
          {(wired) => <SheetPicker {...wired} publishedOnly value={sheetId} onChange={onSheet} />}
        </Field>
        {check.data &&
          (check.data.fits ? (
            <p className="text-good">This sheet has every field that the prompts read.</p>
          ) : (
            check.data.problems.map(({ variable, message, fix }) => (
              <FieldError key={variable}>
                {message} <span className="text-ink-2">{fix}</span>
              </FieldError>
            ))
          ))}
        {check.error && <ErrorNote error={check.error} />}
        <div className="flex gap-2">
          <Button
            icon={Play}
            disabled={!sheetId}
            busy={trial.isPending && !trial.variables}
            onClick={() => trial.mutate(false)}
          >
            Show the prompts
          </Button>
          <Button
            icon={MessageSquareText}
            disabled={!sheetId || !version.model.endpoint_id}
            title={version.model.endpoint_id ? undefined : 'The template names no model.'}
            busy={trial.isPending && trial.variables}
            onClick={() => trial.mutate(true)}
          >
            Ask the model
          </Button>
        </div>
        {trial.error && <ErrorNote error={trial.error} />}
        {trial.data?.withheld && <p className="text-ink-2">{trial.data.withheld}</p>}
        {trial.data?.not_asked && <p className="text-warn">{trial.data.not_asked}</p>}
        <ol className="flex flex-col gap-4" aria-live="polite">
          {trial.data?.items.map((item) => (
            <li key={item.item_ref}>
              <Tried item={item} />
            </li>
          ))}
        </ol>
      </div>
    </Card>
  )
}

function Tried({ item }: { item: Schemas['TriedItem'] }) {
  const { messages, problem, answer } = item
  return (
    <>
      <p className="mb-1.5 font-medium">{spokenRef(item.item_ref)}</p>
      {problem && (
        <FieldError>
          {problem.message} <span className="text-ink-2">{problem.fix}</span>
        </FieldError>
      )}
      {messages && (
        <ChatTurns
          turns={answer?.text == null ? messages : [...messages, { role: 'assistant', content: answer.text }]}
          pictureAddress={(url) => namedPictureAddress(url, PICTURE_WIDTH) ?? url}
        />
      )}
      {answer && (
        <p className="mt-1.5 flex flex-wrap items-center gap-2">
          {answer.problems.length === 0 ? (
            <Badge tone="good">valid answer: {answer.rendered}</Badge>
          ) : (
            answer.problems.map((said) => <FieldError key={said}>{said}</FieldError>)
          )}
          {answer.confidence !== null && <Badge title={IN_TEN}>right {inTen(answer.confidence)}</Badge>}
        </p>
      )}
    </>
  )
}
