/** What an exit was of, by name, with a link to it; those that are gone are told by their kind. */
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { answer, api } from '@/api/client'
import type { Exit } from './governance'

interface Found {
  name: string
  to: string
}

async function find(kind: string, id: string): Promise<Found> {
  switch (kind) {
    case 'export': {
      const found = await answer(
        api.GET('/api/v1/exports/{export_id}', { params: { path: { export_id: id } } }),
      )
      return { name: found.training_sheet_name, to: `/generate/exports/${id}` }
    }
    case 'training_sheet': {
      const path = { training_sheet_id: id }
      const found = await answer(api.GET('/api/v1/training-sheets/{training_sheet_id}', { params: { path } }))
      return { name: found.name, to: `/generate/${id}` }
    }
    case 'labelset': {
      const path = { labelset_id: id }
      const found = await answer(api.GET('/api/v1/labelsets/{labelset_id}', { params: { path } }))
      return { name: found.name, to: `/labelsets/${id}` }
    }
    default: {
      const path = { template_id: id }
      const found = await answer(api.GET('/api/v1/templates/{template_id}', { params: { path } }))
      return { name: found.name, to: `/templates/${id}` }
    }
  }
}

export function ExitSubject({ exit }: { exit: Exit }) {
  const { subject_kind: kind, subject_id: id } = exit
  const { data } = useQuery({
    queryKey: ['governance', 'exit-subject', kind, id],
    queryFn: () => find(kind, id ?? ''),
    enabled: id !== null,
    retry: false,
    staleTime: 60_000,
  })
  const spoken = kind.replaceAll('_', ' ')
  if (!data) return <span className="text-ink-3">{spoken}</span>
  return (
    <span className="block truncate" title={`${spoken} ${data.name}`}>
      <span className="text-ink-3">{spoken}</span>{' '}
      <Link to={data.to} className="underline">
        {data.name}
      </Link>
    </span>
  )
}
