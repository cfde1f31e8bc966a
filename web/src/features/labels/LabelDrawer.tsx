/** One canonical label: what it says, everything it ever said, what it may be used for, and taking it back. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RotateCcw, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '@/api/me'
import { UsesPanel } from '@/features/governance'
import { spokenRef } from '@/features/sheets'
import { countOf } from '@/lib/numbers'
import { Badge, StateBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Facts, Fold } from '@/ui/Card'
import { Confirm, Drawer } from '@/ui/Dialog'
import { ErrorState } from '@/ui/ErrorState'
import { Field, TextArea } from '@/ui/Field'
import { SkeletonText } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { tell, tellError } from '@/ui/Toast'
import { historyQuery, retractLabel, revertLabel, usesQuery, type Label, type LabelVersion } from './labels'

export function LabelDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const history = useQuery(historyQuery(id))
  const uses = useQuery(usesQuery(id))
  const may = useMay('labels.write')
  const [retracting, retract] = useState(false)
  const label = history.data?.label
  return (
    <Drawer
      open
      onClose={onClose}
      title={label ? spokenRef(label.item_ref) : 'Label'}
      lead={label?.label_type}
      flush
      footer={
        may &&
        label &&
        label.verdict !== 'retracted' && (
          <Button icon={Undo2} onClick={() => retract(true)}>
            Retract
          </Button>
        )
      }
    >
      {history.isError && <ErrorState error={history.error} onRetry={() => void history.refetch()} />}
      {history.isPending && (
        <div className="p-5">
          <SkeletonText lines={6} />
        </div>
      )}
      {label && (
        <>
          <div className="border-b border-line px-5 py-4">
            <Facts
              facts={[
                ['Says', label.withheld ?? label.summary ?? <StateBadge key="v" state={label.verdict} />],
                ['Confidence', label.confidence],
                [
                  'By',
                  <span key="by">
                    {label.labeled_by_name}, <Time at={label.labeled_at} />
                  </span>,
                ],
                ['Labelset', `version ${label.labelset_version}`],
                ...(label.notes ? ([['Note', label.notes]] as const) : []),
              ]}
            />
          </div>
          <Fold name="label.uses" title="What may this be used for?">
            {uses.data ? (
              <UsesPanel explanation={uses.data} subject={{ kind: 'label', id }} />
            ) : (
              <SkeletonText lines={3} />
            )}
          </Fold>
          <Fold
            name="label.history"
            title={`History, ${countOf(history.data?.versions.length ?? 0, 'version')}`}
          >
            <ol className="flex flex-col gap-3">
              {history.data?.versions.map((version) => (
                <Version key={version.number} label={label} version={version} may={may} />
              ))}
            </ol>
          </Fold>
          {retracting && <RetractDialog label={label} onClose={() => retract(false)} />}
        </>
      )}
    </Drawer>
  )
}

function Version({ label, version, may }: { label: Label; version: LabelVersion; may: boolean }) {
  const client = useQueryClient()
  const revert = useMutation({
    mutationFn: () => revertLabel(label.id, label.number, version.number),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['labels'] })
      tell(`Says again what version ${version.number} said`)
    },
    onError: tellError,
  })
  const isNow = version.number === label.number
  return (
    <li className="flex flex-col gap-1">
      <div className="flex items-center gap-2">
        <span className="font-medium tabular-nums">{version.number}</span>
        {version.verdict !== 'answered' && <StateBadge state={version.verdict} />}
        {isNow && <Badge tone="good">now</Badge>}
        <span className="min-w-0 truncate text-ink-2">
          {version.actor_name}, <Time at={version.at} />{' '}
          <span className="text-ink-3">({version.source})</span>
        </span>
        {may && !isNow && version.verdict !== 'retracted' && !version.withheld && (
          <Button
            size="small"
            tone="quiet"
            icon={RotateCcw}
            className="ml-auto"
            busy={revert.isPending}
            onClick={() => revert.mutate()}
          >
            Revert to this
          </Button>
        )}
      </div>
      {version.withheld ? (
        <p className="text-ink-3">{version.withheld}</p>
      ) : (
        <ul className="flex flex-col gap-0.5 text-small">
          {version.changes.map((change) => (
            <li key={change.path} className="break-words">
              {change.path !== '' && <span className="text-ink-3">{change.path.slice(1)} </span>}
              {change.before !== null && <del className="text-bad">{change.before}</del>}{' '}
              {change.after !== null && <ins className="text-good no-underline">{change.after}</ins>}
            </li>
          ))}
          {version.changes.length === 0 && <li className="break-words">{version.rendered}</li>}
        </ul>
      )}
      {version.notes && <p className="text-small text-ink-2">{version.notes}</p>}
    </li>
  )
}

function RetractDialog({ label, onClose }: { label: Label; onClose: () => void }) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const retract = useMutation({
    mutationFn: () => retractLabel(label.id, label.number, reason),
    onSuccess: async (gone) => {
      onClose()
      await client.invalidateQueries({ queryKey: ['labels'] })
      tell('The label is retracted', {
        action: {
          label: 'Undo',
          run: () =>
            void revertLabel(gone.id, gone.number, label.number).then(
              () => client.invalidateQueries({ queryKey: ['labels'] }),
              tellError,
            ),
        },
      })
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title="Retract this label"
      lead="Nothing may use it any more, from now on. Files that left already are named in the exits."
      action="Retract"
      tone="danger"
      onConfirm={() => retract.mutate()}
      busy={retract.isPending}
      disabled={reason.trim() === ''}
      error={retract.error}
    >
      <Field label="Reason" required hint="Stands in the label's history.">
        {(wired) => (
          <TextArea
            {...wired}
            rows={2}
            value={reason}
            maxLength={2000}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
    </Confirm>
  )
}
