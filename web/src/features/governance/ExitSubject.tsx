/** What an exit was of, by name, with a link to it; those that are gone are told by their kind. */
import { Link } from 'react-router'
import type { Exit } from './governance'

const PLACES: Record<string, string> = {
  export: '/generate/exports/',
  training_sheet: '/generate/',
  labelset: '/labelsets/',
  template: '/templates/',
}

export function ExitSubject({ exit }: { exit: Exit }) {
  const { subject_kind: kind, subject_id: id, subject_name: name } = exit
  const spoken = kind.replaceAll('_', ' ')
  const place = PLACES[kind]
  if (name === null || id === null || place === undefined) return <span className="text-ink-3">{spoken}</span>
  return (
    <span className="block truncate" title={`${spoken} ${name}`}>
      <span className="text-ink-3">{spoken}</span>{' '}
      <Link to={place + id} className="underline">
        {name}
      </Link>
    </span>
  )
}
