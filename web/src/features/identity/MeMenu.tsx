/** One's own menu: who one is, other workspaces, settings, signing out. */
import { Building2, LogOut, Settings } from 'lucide-react'
import { api } from '@/api/client'
import { useMe } from '@/api/me'
import { addressIn } from '@/api/workspace'
import { Menu } from '@/ui/Menu'
import { tellError } from '@/ui/Toast'

export function MeMenu() {
  const me = useMe()
  const signOut = () => {
    api.POST('/api/v1/sign-out').then(() => window.location.assign('/'), tellError)
  }
  const others = me.workspaces.filter(({ slug }) => slug !== me.workspace.slug)
  return (
    <Menu
      header={
        <>
          <p className="font-medium">{me.name}</p>
          <p className="text-small text-ink-3">
            {me.email} · {me.role}
          </p>
        </>
      }
      actions={[
        others.map(({ slug, name, role }) => ({
          label: name,
          detail: role,
          icon: Building2,
          onSelect: () => window.location.assign(addressIn(slug)),
        })),
        [{ label: 'Settings', icon: Settings, to: '/settings' }],
        [{ label: 'Sign out', icon: LogOut, onSelect: signOut }],
      ]}
    >
      <button
        type="button"
        aria-label={`${me.name}, menu`}
        className="flex size-7.5 items-center justify-center rounded-full bg-accent-soft text-small font-semibold text-accent-ink hover:outline-2 hover:outline-line-strong"
      >
        {initials(me.name)}
      </button>
    </Menu>
  )
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const ends = [words[0], words.length > 1 ? words.at(-1) : undefined]
  const letters = ends.map((word) => Array.from(word ?? '')[0] ?? '')
  return letters.join('').toUpperCase() || '?'
}
