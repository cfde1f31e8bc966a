/** A sheet's versions, and what differs between any two of them. */
import { useQuery } from '@tanstack/react-query'
import { useUrlParameter } from '@/lib/urlState'
import { count } from '@/lib/numbers'
import { StateBadge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { Select } from '@/ui/Select'
import { SkeletonText } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { diffQuery, type SheetVersion } from './sheets'

export function VersionList({ sheetId, versions }: { sheetId: string; versions: readonly SheetVersion[] }) {
  const newest = versions[0]?.number ?? 1
  const [before, setBefore] = useUrlParameter('before', String(Math.max(1, newest - 1)))
  const [after, setAfter] = useUrlParameter('after', String(newest))
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
              <span className="text-ink-2">
                {version.item_count === null ? '' : `${count(version.item_count)} items`}
              </span>
              <span className="ml-auto text-small text-ink-3">
                {version.published_by_name ?? version.created_by_name} ·{' '}
                <Time at={version.published_at ?? version.created_at} />
              </span>
            </li>
          ))}
        </ul>
      </Card>
      {versions.length > 1 && (
        <Card
          title="What differs"
          flush
          actions={
            <span className="flex items-center gap-2">
              <Select aria-label="From version" value={before} options={options} onChange={setBefore} />→
              <Select aria-label="To version" value={after} options={options} onChange={setAfter} />
            </span>
          }
        >
          <Differences sheetId={sheetId} before={Number(before)} after={Number(after)} />
        </Card>
      )}
    </div>
  )
}

function Differences({ sheetId, before, after }: { sheetId: string; before: number; after: number }) {
  const { data } = useQuery(diffQuery(sheetId, before, after))
  if (!data) {
    return (
      <div className="p-4">
        <SkeletonText />
      </div>
    )
  }
  if (data.length === 0) return <p className="p-4 text-ink-2">Nothing differs.</p>
  return (
    <table className="w-full table-fixed">
      <thead>
        <tr className="text-left text-small text-ink-3">
          <th className="px-4 py-1.5 font-medium">Where</th>
          <th className="px-4 py-1.5 font-medium">v{before}</th>
          <th className="px-4 py-1.5 font-medium">v{after}</th>
        </tr>
      </thead>
      <tbody>
        {data.map((difference) => (
          <tr key={difference.path} className="border-t border-line align-top">
            <td className="px-4 py-1.5 break-words">{difference.path}</td>
            <td className="bg-bad-soft/40 px-4 py-1.5 font-mono text-small break-words">
              {said(difference.before)}
            </td>
            <td className="bg-good-soft/50 px-4 py-1.5 font-mono text-small break-words">
              {said(difference.after)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function said(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
