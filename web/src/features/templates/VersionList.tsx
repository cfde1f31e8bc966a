/** A template's versions, and what differs between any two of them. */
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { useMay } from '@/api/me'
import { useUrlParameter } from '@/lib/urlState'
import { StateBadge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { ErrorNote } from '@/ui/ErrorState'
import { RetireVersion } from '@/ui/asset'
import { Select } from '@/ui/Select'
import { SkeletonText } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { archiveVersion, diffQuery, type LineChange, type TemplateVersion } from './templates'

interface VersionListProps {
  templateId: string
  versions: readonly TemplateVersion[]
}

export function VersionList({ templateId, versions }: VersionListProps) {
  const [after, setAfter] = useUrlParameter('after', versions[0]?.number ?? '')
  const [before, setBefore] = useUrlParameter('before', versions[1]?.number ?? '')
  const mayWrite = useMay('templates.write')
  const options = versions.map(({ number, state }) => ({ value: number, label: `${number}, ${state}` }))
  return (
    <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] items-start gap-4">
      <Card title="Versions" flush>
        <ul className="divide-y divide-line">
          {versions.map((version) => (
            <li key={version.id} className="px-4 py-2">
              <div className="flex items-center gap-3">
                <span className="font-medium">{version.number}</span>
                <StateBadge state={version.state} />
                <span className="ml-auto text-small text-ink-3">
                  {version.created_by_name} · <Time at={version.published_at ?? version.created_at} />
                </span>
                {mayWrite && version.state === 'published' && (
                  <RetireVersion
                    version={version.number}
                    lead="Nothing new is generated from it; what was generated stays."
                    archive={() => archiveVersion(templateId, version)}
                    queryKey={['templates']}
                  />
                )}
              </div>
              {version.notes && <p className="text-ink-2">{version.notes}</p>}
            </li>
          ))}
        </ul>
      </Card>
      {versions.length > 1 && (
        <Card
          title="What differs"
          actions={
            <span className="flex items-center gap-2">
              <Select aria-label="From version" value={before} options={options} onChange={setBefore} />→
              <Select aria-label="To version" value={after} options={options} onChange={setAfter} />
            </span>
          }
        >
          <Differences templateId={templateId} before={before} after={after} />
        </Card>
      )}
    </div>
  )
}

interface DifferencesProps {
  templateId: string
  before: string
  after: string
}

export function Differences({ templateId, before, after }: DifferencesProps) {
  const { data, error } = useQuery({ ...diffQuery(templateId, before, after), staleTime: 0 })
  if (error) return <ErrorNote error={error} />
  if (!data) return <SkeletonText />
  const said = [
    ...(data.variables_added.length > 0 ? [`Reads also ${data.variables_added.join(', ')}`] : []),
    ...(data.variables_removed.length > 0 ? [`No longer reads ${data.variables_removed.join(', ')}`] : []),
    ...(data.labelset_versions
      ? [`Labelset version ${data.labelset_versions[0]} → ${data.labelset_versions[1]}`]
      : []),
    ...(data.model_before || data.model_after ? ['The model or its settings changed'] : []),
  ]
  const same = said.length === 0 && data.system_prompt.length === 0 && data.user_prompt.length === 0
  if (same) return <p className="text-ink-2">Nothing differs.</p>
  return (
    <div className="flex flex-col gap-3">
      {said.length > 0 && (
        <ul className="list-disc pl-5">
          {said.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      <Lines label="System prompt" lines={data.system_prompt} />
      <Lines label="Prompt" lines={data.user_prompt} />
    </div>
  )
}

function Lines({ label, lines }: { label: string; lines: readonly LineChange[] }) {
  if (lines.length === 0) return null
  return (
    <figure>
      <figcaption className="mb-1 text-small font-medium text-ink-2">{label}</figcaption>
      <pre className="overflow-auto rounded-control border border-line bg-raised py-2 font-mono text-small leading-5 whitespace-pre-wrap">
        {lines.map(({ sign, text }, place) => (
          <span
            key={place}
            className={clsx(
              'block px-3',
              sign === '+' && 'bg-good-soft text-good',
              sign === '-' && 'bg-bad-soft text-bad',
            )}
          >
            {sign} {text}
          </span>
        ))}
      </pre>
    </figure>
  )
}
