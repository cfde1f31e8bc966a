/** Asking for an export: how to split and write, what the gate would let pass, and the first lines. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { FileOutput } from 'lucide-react'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useDebounced } from '@/lib/useDebounced'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { ErrorNote } from '@/ui/ErrorState'
import { Field, Input } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { SkeletonText } from '@/ui/Skeleton'
import { createExport, formatsQuery, linesQuery, summaryQuery, type ExportOptions } from './exports'
import { GateSentence } from './GateSentence'

const TYPING_PAUSE_MS = 350
const start: ExportOptions = { format: 'openai_chat', validation_fraction: 0, seed: 0, images: 'reference' }
const FRACTIONS = [0, 0.05, 0.1, 0.2, 0.3]

export function NewExport({ trainingSheetId, approved }: { trainingSheetId: string; approved: boolean }) {
  const [options, setOptions] = useState(start)
  const settled = useDebounced(options, TYPING_PAUSE_MS)
  const change = (part: Partial<ExportOptions>) => setOptions({ ...options, ...part })
  const formats = useQuery(formatsQuery)
  const summary = useQuery(summaryQuery(trainingSheetId, settled))
  const client = useQueryClient()
  const navigate = useNavigate()
  const make = useMutation({
    mutationFn: () => createExport({ training_sheet_id: trainingSheetId, ...options }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['exports'] })
      void navigate(`/generate/exports/${made.id}`)
    },
  })
  const leaving = summary.data?.splits.reduce((sum, { gate }) => sum + gate.allowed, 0) ?? 0
  return (
    <Card
      title="New export"
      lead="Only pairs that are labeled, and that the gate allows for their use, ever leave."
    >
      <div className="grid grid-cols-[17rem_minmax(0,1fr)] gap-6 max-lg:grid-cols-1">
        <div className="flex flex-col gap-3">
          <Field label="Format" hint={formats.data?.find(({ name }) => name === options.format)?.description}>
            {(wired) => (
              <Select
                {...wired}
                value={options.format}
                onChange={(format) => change({ format })}
                options={(formats.data ?? []).map(({ name, title }) => ({ value: name, label: title }))}
              />
            )}
          </Field>
          <Field
            label="For validation"
            hint="The rest is for training. An item is never in both; of few items the share is not exact."
          >
            {(wired) => (
              <Select
                {...wired}
                value={String(options.validation_fraction)}
                onChange={(fraction) => change({ validation_fraction: Number(fraction) })}
                options={FRACTIONS.map((fraction) => ({
                  value: String(fraction),
                  label: fraction === 0 ? 'none' : `${Math.round(fraction * 100)} % of the items`,
                }))}
              />
            )}
          </Field>
          {options.validation_fraction > 0 && (
            <Field label="Seed" hint="The same seed splits the same way, always.">
              {(wired) => (
                <Input
                  {...wired}
                  type="number"
                  min={0}
                  step={1}
                  value={options.seed}
                  onChange={(event) => change({ seed: Math.max(0, Math.trunc(Number(event.target.value))) })}
                />
              )}
            </Field>
          )}
          <Field label="Pictures">
            {(wired) => (
              <Select
                {...wired}
                value={options.images}
                onChange={(images) => change({ images: images as ExportOptions['images'] })}
                options={[
                  { value: 'reference', label: 'named by their path' },
                  { value: 'embed', label: 'inside the file' },
                ]}
              />
            )}
          </Field>
          <Button
            tone="primary"
            icon={FileOutput}
            busy={make.isPending}
            disabled={leaving === 0}
            onClick={() => make.mutate()}
          >
            Export
          </Button>
          {!approved && (
            <p className="text-small text-ink-3">
              The training sheet is still in review: what has no approved answer yet stays behind.
            </p>
          )}
          {make.error && <ErrorNote error={make.error} />}
        </div>
        <div className="flex min-w-0 flex-col gap-3" aria-busy={summary.isFetching}>
          {summary.error && <ErrorNote error={summary.error} />}
          {!summary.data && !summary.error && <SkeletonText lines={3} />}
          {summary.data?.splits.map((split) => (
            <GateSentence key={split.split} summary={split} trainingSheetId={trainingSheetId} />
          ))}
          {leaving > 0 && <FirstLines trainingSheetId={trainingSheetId} options={settled} />}
        </div>
      </div>
    </Card>
  )
}

/** Shown when asked for: what is shown here leaves the gate. */
function FirstLines({ trainingSheetId, options }: { trainingSheetId: string; options: ExportOptions }) {
  const [shown, show] = useState(false)
  const lines = useQuery({ ...linesQuery(trainingSheetId, options, 'train'), enabled: shown })
  if (!shown) {
    return (
      <div>
        <Button size="small" onClick={() => show(true)}>
          Show the first lines
        </Button>
      </div>
    )
  }
  if (lines.error) return <ErrorNote error={lines.error} />
  if (!lines.data) return <SkeletonText lines={3} />
  return (
    <pre
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolling regions must be reachable
      tabIndex={0}
      aria-label="The first lines of the training file"
      className="max-h-64 overflow-auto rounded-control border border-line bg-raised p-3 font-mono text-small whitespace-pre-wrap break-words"
    >
      {lines.data.lines.join('\n\n')}
    </pre>
  )
}
