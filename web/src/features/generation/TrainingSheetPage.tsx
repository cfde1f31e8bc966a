/** A training sheet: where it stands, its pairs, its exports, what it was made from. */
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, FileOutput, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useParams } from 'react-router'
import { useMay } from '@/api/me'
import { ExportsOfSheet } from '@/features/exports'
import { PairTable, usePairs, WorkDone } from '@/features/review'
import { count } from '@/lib/numbers'
import { useUrlParameter } from '@/lib/urlState'
import { Badge, StateBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'
import { ErrorState } from '@/ui/ErrorState'
import { Page } from '@/ui/Page'
import { SkeletonText } from '@/ui/Skeleton'
import { TabLinks } from '@/ui/Tabs'
import { ApproveDialog, ReopenDialog } from './ApproveDialog'
import { trainingSheetQuery, type TrainingSheet } from './generation'
import { MadeFrom } from './MadeFrom'
import { Standing } from './Standing'
import { TrainingSheetMenu } from './TrainingSheetMenu'

export default function TrainingSheetPage() {
  const { id = '' } = useParams()
  const [tab] = useUrlParameter('tab', 'pairs')
  const { data: sheet, error, refetch } = useQuery(trainingSheetQuery(id))
  if (error) return <ErrorState page error={error} onRetry={() => void refetch()} />
  if (!sheet) {
    return (
      <div className="p-6">
        <SkeletonText lines={8} />
      </div>
    )
  }
  return (
    <Page
      title={sheet.name}
      trail={[{ label: 'Generate', to: '/generate' }]}
      badges={
        <>
          <StateBadge state={sheet.state} />
          {sheet.archived && <Badge>archived</Badge>}
        </>
      }
      lead={sheet.description}
      actions={<Actions sheet={sheet} />}
      tabs={
        <TabLinks
          label="Training sheet"
          tabs={[
            { to: '?', label: 'Pairs', figure: count(sheet.counts.total) },
            { to: '?tab=work', label: 'Decisions' },
            { to: '?tab=exports', label: 'Exports' },
            { to: '?tab=about', label: 'Made from' },
          ]}
        />
      }
      body={tab === 'pairs' || tab === 'work' ? 'fill' : 'scroll'}
    >
      {tab === 'exports' ? (
        <ExportsOfSheet trainingSheetId={id} approved={sheet.state === 'approved'} />
      ) : tab === 'work' ? (
        <WorkDone trainingSheetId={id} />
      ) : tab === 'about' ? (
        <MadeFrom sheet={sheet} />
      ) : (
        <>
          <Standing sheet={sheet} />
          <Pairs id={id} />
        </>
      )}
    </Page>
  )
}

function Pairs({ id }: { id: string }) {
  const pairs = usePairs(id)
  return <PairTable trainingSheetId={id} pairs={pairs} />
}

function Actions({ sheet }: { sheet: TrainingSheet }) {
  const [open, setOpen] = useState<'approve' | 'reopen'>()
  const mayReview = useMay('pairs.review')
  const mayApprove = useMay('training_sheets.approve')
  const mayExport = useMay('exports.write')
  const { counts, state } = sheet
  const waiting = counts.unlabeled + counts.flagged
  const reviewable = state === 'review' || state === 'approved'
  return (
    <>
      {reviewable && (
        <>
          {mayReview && <ButtonLink to={`/label/${sheet.id}/pairs`}>Decide on many</ButtonLink>}
          <ButtonLink
            tone={state === 'review' && waiting > 0 && mayReview ? 'primary' : 'plain'}
            to={`/label/${sheet.id}`}
          >
            {mayReview ? 'Review' : 'Read the pairs'}
          </ButtonLink>
        </>
      )}
      {state === 'review' && mayApprove && (
        <Button
          tone={waiting === 0 ? 'primary' : 'plain'}
          icon={CircleCheck}
          onClick={() => setOpen('approve')}
        >
          Approve
        </Button>
      )}
      {state === 'approved' && mayExport && (
        <ButtonLink tone="primary" icon={FileOutput} to="?tab=exports">
          Export
        </ButtonLink>
      )}
      {state === 'approved' && mayApprove && (
        <Button icon={Undo2} onClick={() => setOpen('reopen')}>
          Reopen
        </Button>
      )}
      <TrainingSheetMenu sheet={sheet} />
      {open === 'approve' && <ApproveDialog sheet={sheet} onClose={() => setOpen(undefined)} />}
      {open === 'reopen' && <ReopenDialog sheet={sheet} onClose={() => setOpen(undefined)} />}
    </>
  )
}
