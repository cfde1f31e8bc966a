/** Everything by name: pages, actions and assets; opened by Ctrl+K, so it must answer at once. */
import { Command } from 'cmdk'
import { CornerDownLeft, type LucideIcon } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { Place } from '@/lib/places'
import { giveFocusBack } from '@/ui/Dialog'
import { paletteMatch } from './paletteMatch'
import { usePaletteObjects } from './paletteObjects'

export interface PaletteEntry {
  group: string
  label: string
  detail?: string
  icon: LucideIcon
  to?: string
  run?: () => void
}

export interface CommandPaletteProps {
  onClose: () => void
  places: readonly Place[]
  actions: readonly PaletteEntry[]
}

export default function CommandPalette({ onClose, places, actions }: CommandPaletteProps) {
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const found = usePaletteObjects(typed)
  const entries: PaletteEntry[] = [
    ...places.map(({ group, label, icon, to }) => ({ group, label, icon, to })),
    ...found,
    ...actions,
  ]
  const [opener] = useState(() => document.activeElement)
  const groups = [...new Set(entries.map((entry) => entry.group))]
  const choose = (entry: PaletteEntry) => {
    onClose()
    if (entry.to !== undefined) void navigate(entry.to)
    entry.run?.()
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            giveFocusBack(opener)
          }}
          className="popover fixed top-[14vh] left-1/2 z-50 w-[36rem] max-w-[calc(100vw-2rem)] -translate-x-1/2 overflow-hidden outline-none"
        >
          <Dialog.Title className="sr-only">Search or go to</Dialog.Title>
          <Command
            label="Commands"
            loop
            filter={(_, typed, [label = '', rest = ''] = []) => paletteMatch(typed, label, rest)}
          >
            <Command.Input
              autoFocus
              placeholder="Search or go to…"
              onValueChange={setTyped}
              className="h-11 w-full border-b border-line bg-transparent px-4 text-lead outline-none"
            />
            <Command.List className="max-h-[52vh] overflow-auto p-1.5">
              <Command.Empty className="px-3 py-6 text-center text-ink-3">Nothing matches.</Command.Empty>
              {groups.map((group) => (
                <Command.Group
                  key={group}
                  heading={group}
                  className="[&_[cmdk-group-heading]]:eyebrow [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-ink-3"
                >
                  {entries
                    .filter((entry) => entry.group === group)
                    .map((entry) => (
                      <Command.Item
                        key={`${entry.label} ${entry.to ?? ''}`}
                        value={`${group} ${entry.label} ${entry.detail ?? ''} ${entry.to ?? ''}`}
                        keywords={[entry.label, `${entry.group} ${entry.detail ?? ''}`]}
                        onSelect={() => choose(entry)}
                        className="group flex h-8.5 cursor-pointer items-center gap-2.5 rounded-control px-2.5 aria-selected:bg-accent-soft"
                      >
                        <entry.icon aria-hidden size={16} className="shrink-0 text-ink-3" />
                        <span className="truncate">{entry.label}</span>
                        {entry.detail && (
                          <span className="truncate text-small text-ink-3">{entry.detail}</span>
                        )}
                        <CornerDownLeft
                          aria-hidden
                          size={13}
                          className="invisible ml-auto shrink-0 text-ink-3 group-aria-selected:visible"
                        />
                      </Command.Item>
                    ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
