/** What a page says when there is nothing yet: what this place makes, and one way to start. */
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

export interface EmptyStateProps {
  icon: LucideIcon
  title: string
  children?: ReactNode
  /** One button, and at most one link beside it. */
  actions?: ReactNode
  /** In place of a whole page, whose heading it is then. */
  page?: boolean
}

export function EmptyState({ icon: Icon, title, children, actions, page = false }: EmptyStateProps) {
  const Heading = page ? 'h1' : 'h2'
  return (
    <div className="mx-auto flex max-w-120 flex-col items-center px-6 py-12 text-center">
      <span className="mb-4 flex size-12 items-center justify-center rounded-full bg-accent-soft text-accent-ink">
        <Icon aria-hidden size={22} strokeWidth={1.6} />
      </span>
      <Heading className="text-lead">{title}</Heading>
      {children && <div className="mt-1 text-pretty text-ink-2">{children}</div>}
      {actions && <div className="mt-5 flex flex-wrap items-center justify-center gap-3">{actions}</div>}
    </div>
  )
}
