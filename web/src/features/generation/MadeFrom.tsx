/** What a training sheet was made from, by whom, and the states of the sources it read. */
import { useQuery } from '@tanstack/react-query'
import { Waypoints } from 'lucide-react'
import { Link } from 'react-router'
import { count, countOf } from '@/lib/numbers'
import { spoken } from '@/lib/words'
import { ClassificationBadge } from '@/ui/Badge'
import { ButtonLink } from '@/ui/ButtonLink'
import { Card, Facts } from '@/ui/Card'
import { ErrorNote } from '@/ui/ErrorState'
import { SkeletonText } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { spokenMode, usesQuery, type TrainingSheet } from './generation'

const link = 'text-accent-ink hover:underline'

export function MadeFrom({ sheet }: { sheet: TrainingSheet }) {
  const { recipe } = sheet
  return (
    <div className="grid grid-cols-2 items-start gap-4 max-lg:grid-cols-1">
      <Card
        title="Made from"
        actions={
          <ButtonLink size="small" icon={Waypoints} to={`/lineage?kind=training_sheet&ref=${sheet.id}`}>
            Lineage
          </ButtonLink>
        }
      >
        <Facts
          facts={[
            [
              'Sheet',
              <Link
                key="s"
                className={link}
                to={`/data/sheets/${sheet.sheet_id}?version=${sheet.sheet_version}`}
              >
                {sheet.sheet_name} v{sheet.sheet_version}
              </Link>,
            ],
            [
              'Prompt template',
              <Link
                key="t"
                className={link}
                to={`/templates/${sheet.template_id}?version=${sheet.template_version}`}
              >
                {sheet.template_name} {sheet.template_version}
              </Link>,
            ],
            [
              'Labelset',
              <Link key="l" className={link} to={`/labelsets/${sheet.labelset_id}`}>
                {sheet.label_type}
              </Link>,
            ],
            [
              'What no label answers',
              spokenMode(sheet.mode) +
                (recipe.column ? `: ${recipe.column}` : '') +
                (recipe.trusted ? ', trusted' : ''),
            ],
            ['Items', recipe.limit ? `only the first ${count(recipe.limit)}` : 'all of the sheet'],
            [
              'Made by',
              <span key="b">
                {sheet.created_by_name} <Time at={sheet.created_at} />
              </span>,
            ],
            ...(sheet.approved_at
              ? [
                  [
                    'Approved by',
                    <span key="a">
                      {sheet.approved_by_name} <Time at={sheet.approved_at} />
                    </span>,
                  ] as const,
                ]
              : []),
          ]}
        />
      </Card>
      <Card title="May be used for" lead="What the gate says now of its labeled pairs.">
        <Uses id={sheet.id} />
      </Card>
      <Card
        title="States of its sources"
        lead="The versions that were read; newer rows need a new generation."
      >
        <Facts
          facts={Object.entries(sheet.pins).map(([source, state]) => [
            source,
            <code key={source} className="font-mono text-small">
              {state}
            </code>,
          ])}
        />
      </Card>
    </div>
  )
}

function Uses({ id }: { id: string }) {
  const { data, error } = useQuery(usesQuery(id))
  if (error) return <ErrorNote error={error} />
  if (!data) return <SkeletonText lines={4} />
  const first = data[0]
  return (
    <>
      {first && (
        <p className="mb-2 flex items-center gap-2 text-ink-2">
          Classification <ClassificationBadge classification={first.classification} />
        </p>
      )}
      <ul className="flex flex-col gap-1.5">
        {data.map((gate) => (
          <li key={gate.use} className="grid grid-cols-[6rem_minmax(0,1fr)] gap-2">
            <span className="font-medium">{spoken(gate.use)}</span>
            <span className="text-ink-2">
              {countOf(gate.allowed, 'pair')} of {count(gate.labeled)} labeled
              {Object.entries(gate.prohibited).map(([reason, pairs]) => (
                <span key={reason} className="block text-small text-bad">
                  {count(pairs)} prohibited: {reason}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
