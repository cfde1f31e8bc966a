/** A labelset's versions, and what differs between any two of them. */
import { useQuery } from '@tanstack/react-query'
import { useMay } from '@/api/me'
import { useUrlParameter } from '@/lib/urlState'
import { StateBadge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { ErrorNote } from '@/ui/ErrorState'
import { RetireVersion } from '@/ui/asset'
import { Select } from '@/ui/Select'
import { SkeletonText } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { archiveVersion, diffQuery, type LabelsetVersion } from './labelsets'

interface VersionListProps {
  labelsetId: string
  versions: readonly LabelsetVersion[]
}

export function VersionList({ labelsetId, versions }: VersionListProps) {
  const newest = versions[0]?.number ?? 1
  const [before, setBefore] = useUrlParameter('before', String(Math.max(1, newest - 1)))
  const [after, setAfter] = useUrlParameter('after', String(newest))
  const mayWrite = useMay('labelsets.write')
  const options = versions.map(({ number, state }) => ({
    value: String(number),
    label: `v${number}, ${state}`,
  }))
  return (
    <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] items-start gap-4">
      <Card title="Versions" flush>
        <ul className="divide-y divide-line">
          {versions.map((version) => (
            <li key={version.id} className="flex items-center gap-3 px-4 py-2">
              <span className="font-medium">v{version.number}</span>
              <StateBadge state={version.state} />
              <span className="ml-auto text-small text-ink-3">
                {version.created_by_name} · <Time at={version.published_at ?? version.created_at} />
              </span>
              {mayWrite && version.state === 'published' && (
                <RetireVersion
                  version={`v${version.number}`}
                  lead="Nothing new begins with it; templates and labels that name it go on working."
                  archive={() => archiveVersion(labelsetId, version)}
                  queryKey={['labelsets']}
                />
              )}
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
          <Differences labelsetId={labelsetId} before={Number(before)} after={Number(after)} />
        </Card>
      )}
    </div>
  )
}

interface DifferencesProps {
  labelsetId: string
  before: number
  after: number
}

export function Differences({ labelsetId, before, after }: DifferencesProps) {
  const { data, error } = useQuery({ ...diffQuery(labelsetId, before, after), staleTime: 0 })
  if (error) return <ErrorNote error={error} />
  if (!data) return <SkeletonText />
  const said = [
    ...data.classes.map(({ id, change, before: was, after: is }) => {
      if (change === 'added') return `Class “${is ?? id}” is new`
      if (change === 'removed') return `Class “${was ?? id}” is gone`
      if (change === 'renamed') return `Class “${was ?? id}” is called “${is ?? ''}”`
      return `Class “${is ?? was ?? id}” is ${change}`
    }),
    ...data.schema_changes.map((place) => `Schema: ${place}`),
    ...(data.instructions_changed ? ['The instructions changed'] : []),
  ]
  if (said.length === 0) return <p className="text-ink-2">Nothing differs.</p>
  return (
    <ul className="list-disc pl-5">
      {said.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  )
}
