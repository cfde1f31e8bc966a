/** Small words with a colour: statuses, lifecycles, warnings; the word always says what the colour says. */
import { clsx } from 'clsx'
import { Lock, Tag, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

export type BadgeTone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad' | 'info' | 'copper'

const tones: Record<BadgeTone, string> = {
  neutral: 'bg-neutral-soft text-ink-2',
  accent: 'bg-accent-soft text-accent-ink',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  copper: 'bg-copper-soft text-copper',
}

export interface BadgeProps {
  tone?: BadgeTone
  icon?: LucideIcon
  title?: string
  className?: string
  children: ReactNode
}

export function Badge({ tone = 'neutral', icon: Icon, title, className, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={clsx(
        'inline-flex h-5 items-center gap-1 rounded-tag px-1.5 text-small font-medium whitespace-nowrap',
        tones[tone],
        className,
      )}
    >
      {Icon && <Icon aria-hidden size={12} className="shrink-0" />}
      {children}
    </span>
  )
}

const known: Record<string, BadgeTone> = {
  draft: 'copper',
  published: 'accent',
  archived: 'neutral',
  generating: 'info',
  review: 'copper',
  approved: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  unlabeled: 'neutral',
  labeled: 'good',
  rejected: 'bad',
  flagged: 'warn',
  stale: 'warn',
  retracted: 'bad',
  unlabelable: 'neutral',
  queued: 'neutral',
  running: 'info',
  succeeded: 'good',
  done: 'good',
  paused: 'warn',
  writing: 'info',
  ready: 'good',
  deleted: 'neutral',
}

/** The state of an asset, pair, label or job in its one colour everywhere. */
export function StateBadge({ state, className }: { state: string; className?: string }) {
  return (
    <Badge tone={known[state] ?? 'neutral'} {...(className ? { className } : {})}>
      {state.replaceAll('_', ' ')}
    </Badge>
  )
}

const sensitive: Record<string, BadgeTone> = {
  public: 'neutral',
  internal: 'neutral',
  confidential: 'copper',
  restricted: 'bad',
}

/** How sensitive data is, least first: public, internal, confidential, restricted. */
export function ClassificationBadge({ classification }: { classification: string }) {
  const guarded = classification === 'confidential' || classification === 'restricted'
  return (
    <Badge tone={sensitive[classification] ?? 'bad'} {...(guarded ? { icon: Lock } : {})}>
      {classification}
    </Badge>
  )
}

const governing = new Set(['phi', 'pii', 'confidential', 'classification'])

/** A tag of a source; those the gate listens to stand out. */
export function TagBadge({
  name,
  value,
  inherited = false,
}: {
  name: string
  value: string
  inherited?: boolean
}) {
  const governs = governing.has(name.toLowerCase())
  return (
    <Badge
      tone={governs ? 'bad' : 'neutral'}
      icon={Tag}
      {...(inherited ? { title: 'Inherited from above', className: 'opacity-75' } : {})}
    >
      {name}
      {value && `: ${value}`}
    </Badge>
  )
}
