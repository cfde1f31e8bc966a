/** What a new workbench should be told once: a password to come back with, and what the organisation allows. */
import { useQuery } from '@tanstack/react-query'
import { KeyRound, ShieldCheck } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { answer, api } from '@/api/client'
import { useMay, useMe } from '@/api/me'
import { readPreference, writePreference } from '@/lib/storage'
import { uses } from '@/lib/words'
import { Badge, ClassificationBadge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { ButtonLink } from '@/ui/ButtonLink'

export function FirstThings() {
  const me = useMe()
  return (
    <>
      {!me.has_password && (
        <Notice
          icon={<KeyRound aria-hidden size={18} />}
          actions={
            <ButtonLink size="small" to="/settings">
              Set a password
            </ButtonLink>
          }
        >
          You came by a one-time link. Set a password to be able to come back.
        </Notice>
      )}
      <OrganisationDefault />
    </>
  )
}

/** Shown to those who may change it, until they have read it. */
function OrganisationDefault() {
  const me = useMe()
  const mayChange = useMay('governance.waive')
  const name = `organisation-seen.${me.workspace.slug}`
  const [seen, setSeen] = useState(() => readPreference(name, false))
  const { data } = useQuery({
    queryKey: ['governance', 'organisation'],
    queryFn: () => answer(api.GET('/api/v1/governance/organisation')),
    enabled: mayChange && !seen,
  })
  if (!data || seen) return null
  const allowed = uses.filter(
    ({ value }) => (data.allowed_uses ?? []).includes(value) && !data.prohibited_uses.includes(value),
  )
  return (
    <Notice
      icon={<ShieldCheck aria-hidden size={18} />}
      actions={
        <>
          <ButtonLink size="small" to="/governance">
            Narrow it
          </ButtonLink>
          <Button
            size="small"
            tone="quiet"
            onClick={() => {
              writePreference(name, true)
              setSeen(true)
            }}
          >
            It is right so
          </Button>
        </>
      }
    >
      Where no tag or rule says less, your organisation allows{' '}
      {allowed.length === 0 ? (
        <Badge tone="warn">no use at all</Badge>
      ) : (
        allowed.map(({ value, label }) => (
          <Badge key={value} tone="good" className="mr-1">
            {label.toLowerCase()}
          </Badge>
        ))
      )}{' '}
      and takes data to be{' '}
      {data.classification ? <ClassificationBadge classification={data.classification} /> : 'restricted'}.
    </Notice>
  )
}

function Notice({ icon, actions, children }: { icon: ReactNode; actions: ReactNode; children: ReactNode }) {
  return (
    <div className="flex items-center gap-3 rounded-card border border-line bg-surface px-4 py-2.5">
      <span className="shrink-0 text-copper">{icon}</span>
      <p className="min-w-0 flex-1 leading-6">{children}</p>
      <span className="flex shrink-0 gap-1">{actions}</span>
    </div>
  )
}
