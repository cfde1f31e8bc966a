/** A list of actions behind one button. */
import { clsx } from 'clsx'
import { Ellipsis, type LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Fragment, useRef, type ReactElement, type ReactNode } from 'react'
import { Link } from 'react-router'

export interface MenuAction {
  label: ReactNode
  icon?: LucideIcon
  onSelect?: () => void
  /** A page to go to, in place of `onSelect`. */
  to?: string
  /** A file of the server's to download, in place of `onSelect`. */
  download?: string
  danger?: boolean
  disabled?: boolean
  checked?: boolean
  /** Why it is disabled, or what it will do. */
  detail?: ReactNode
}

export interface MenuProps {
  /** Groups are parted by a line. */
  actions: readonly (readonly MenuAction[])[]
  children: ReactElement
  align?: 'start' | 'end'
  header?: ReactNode
}

const row =
  'flex min-h-7.5 items-center gap-2 rounded-control px-2 py-1 outline-none select-none data-highlighted:bg-hover data-disabled:opacity-50'

export function Menu({ actions, children, align = 'end', header }: MenuProps) {
  const groups = actions.filter((group) => group.length > 0)
  const chosen = useRef<() => void>(undefined)
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={() => {
            // Once the button has the focus again: a dialog gives it back to where it was when it opened.
            if (chosen.current) setTimeout(chosen.current)
            chosen.current = undefined
          }}
          className="popover z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 overflow-auto p-1"
        >
          {header && <div className="border-b border-line px-2 pt-1 pb-2 mb-1">{header}</div>}
          {groups.map((group, index) => (
            <Fragment key={index}>
              {index > 0 && <DropdownMenu.Separator className="my-1 h-px bg-line" />}
              {group.map((action, place) => (
                <Action key={place} action={action} onSelect={() => (chosen.current = action.onSelect)} />
              ))}
            </Fragment>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Action({ action, onSelect }: { action: MenuAction; onSelect: () => void }) {
  const { icon: Icon, label, detail, danger = false, disabled = false, checked, to, download } = action
  const inside = (
    <>
      {Icon && <Icon aria-hidden size={15} className={clsx('shrink-0', !danger && 'text-ink-3')} />}
      <span className="min-w-0 flex-1">
        {label}
        {detail && <span className="block text-small text-ink-3">{detail}</span>}
      </span>
      {checked !== undefined && <span className={clsx('text-accent', !checked && 'invisible')}>✓</span>}
    </>
  )
  const className = clsx(row, danger && 'text-bad')
  if (checked !== undefined) {
    return (
      <DropdownMenu.CheckboxItem
        checked={checked}
        disabled={disabled}
        className={className}
        onSelect={onSelect}
      >
        {inside}
      </DropdownMenu.CheckboxItem>
    )
  }
  if (to !== undefined || download !== undefined) {
    return (
      <DropdownMenu.Item asChild disabled={disabled} className={className}>
        {to !== undefined ? (
          <Link to={to}>{inside}</Link>
        ) : (
          <a href={download} download>
            {inside}
          </a>
        )}
      </DropdownMenu.Item>
    )
  }
  return (
    <DropdownMenu.Item disabled={disabled} className={className} onSelect={onSelect}>
      {inside}
    </DropdownMenu.Item>
  )
}

/** The "…" at the end of a row. */
export function RowMenu({ actions, label }: { actions: MenuProps['actions']; label: string }) {
  return (
    <Menu actions={actions}>
      <button
        type="button"
        aria-label={`Actions for ${label}`}
        className="flex size-6.5 items-center justify-center rounded-control text-ink-3 hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken"
      >
        <Ellipsis aria-hidden size={16} />
      </button>
    </Menu>
  )
}
