/** Choosing one of many: type to narrow; the list may be the server's answer to what was typed. */
import { clsx } from 'clsx'
import { Command } from 'cmdk'
import { Check, ChevronsUpDown } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useId, useState, type ReactNode } from 'react'
import { Link } from 'react-router'

export interface ComboboxOption {
  value: string
  label: string
  detail?: ReactNode
}

export interface ComboboxProps {
  options: readonly ComboboxOption[]
  value: string | undefined
  onChange: (value: string) => void
  placeholder?: string
  /** Given when the server does the searching: called with the typed text. */
  onSearch?: (text: string) => void
  loading?: boolean
  emptyText?: string
  /** What is said instead while there is nothing to choose from at all, and where the first one is made. */
  none?: { says: string; to: string; go: string }
  /** What the button shows when the chosen value is not among `options` yet. */
  valueLabel?: string | undefined
  id?: string
  disabled?: boolean
  'aria-describedby'?: string | undefined
  'aria-invalid'?: true | undefined
  'aria-label'?: string
}

export function Combobox({
  options,
  value,
  onChange,
  placeholder = 'Choose…',
  onSearch,
  loading = false,
  emptyText = 'Nothing matches.',
  none,
  valueLabel,
  ...rest
}: ComboboxProps) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const listId = useId()
  const search = (text: string) => {
    setTyped(text)
    onSearch?.(text)
  }
  const isBare = none !== undefined && options.length === 0 && typed === '' && !loading
  const chosen = options.find((option) => option.value === value)?.label ?? valueLabel ?? value
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        search('')
      }}
    >
      <Popover.Trigger asChild>
        <button
          type="button"
          role="combobox"
          aria-expanded={open}
          aria-controls={listId}
          aria-haspopup="listbox"
          className="control flex h-7.5 w-full min-w-0 items-center gap-2 px-2.5 text-left"
          {...rest}
        >
          <span className={clsx('min-w-0 flex-1 truncate', chosen === undefined && 'text-ink-3')}>
            {chosen ?? placeholder}
          </span>
          <ChevronsUpDown aria-hidden size={14} className="shrink-0 text-ink-3" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          id={listId}
          aria-label={placeholder}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="popover z-50 w-(--radix-popover-trigger-width) min-w-64 overflow-hidden"
        >
          <Command shouldFilter={onSearch === undefined} label="Choices">
            <Command.Input
              autoFocus
              placeholder="Type to search…"
              value={typed}
              onValueChange={search}
              className="h-9 w-full border-b border-line bg-transparent px-3 outline-none"
            />
            {isBare && (
              <p className="px-3 py-3 text-ink-2">
                {none.says}{' '}
                <Link to={none.to} className="font-medium text-accent-ink underline">
                  {none.go}
                </Link>
              </p>
            )}
            <Command.List hidden={isBare} className="max-h-72 overflow-auto p-1">
              {loading ? (
                <Command.Loading className="px-2 py-3 text-ink-3">Searching…</Command.Loading>
              ) : (
                <Command.Empty className="px-2 py-3 text-ink-3">{emptyText}</Command.Empty>
              )}
              {options.map((option) => (
                <Command.Item
                  key={option.value}
                  value={option.value}
                  keywords={[option.label]}
                  onSelect={() => {
                    onChange(option.value)
                    setOpen(false)
                  }}
                  className="flex min-h-7.5 cursor-pointer items-center gap-2 rounded-control px-2 py-1 aria-selected:bg-hover"
                >
                  <Check
                    aria-hidden
                    size={14}
                    className={clsx('shrink-0 text-accent', option.value !== value && 'invisible')}
                  />
                  <span className="min-w-0 flex-1 truncate">{option.label}</span>
                  {option.detail && <span className="shrink-0 text-small text-ink-3">{option.detail}</span>}
                </Command.Item>
              ))}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
