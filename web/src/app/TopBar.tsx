/** The bar on top: the workspace, one way to find anything, and the person's own things. */
import { Search } from 'lucide-react'
import type { ReactNode } from 'react'
import { useBinding } from '@/lib/keys'
import { Kbd } from '@/ui/Kbd'
import { HelpMenu } from './HelpMenu'
import { ThemeMenu } from './ThemeMenu'

export interface TopBarProps {
  workspace: string
  onSearch: () => void
  onKeys: () => void
  /** What is running now. */
  jobs?: ReactNode
  me?: ReactNode
}

export function TopBar({ workspace, onSearch, onKeys, jobs, me }: TopBarProps) {
  const [searchKey] = useBinding('app.palette').keys
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line bg-surface pr-3 pl-6">
      <span className="truncate font-medium">{workspace}</span>
      <button
        type="button"
        onClick={onSearch}
        className="mx-auto flex h-7.5 w-96 min-w-40 items-center gap-2 rounded-control border border-line bg-paper px-2.5 text-ink-3 hover:border-line-strong"
      >
        <Search aria-hidden size={14} />
        <span className="flex-1 truncate text-left">Search or go to…</span>
        {searchKey && <Kbd keys={searchKey} />}
      </button>
      {jobs}
      <HelpMenu onKeys={onKeys} />
      <ThemeMenu />
      {me}
    </header>
  )
}
