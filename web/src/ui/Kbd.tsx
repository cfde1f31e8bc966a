/** Keys printed as keycaps: on buttons, in menus and in the key help. */
import { clsx } from 'clsx'
import { useBinding, type KeyName } from '@/lib/keys'
import { printKey } from '@/lib/keyText'

const cap =
  'inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-tag border px-1 font-mono text-micro leading-none'

export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <span className={clsx('inline-flex items-center gap-0.5', className)}>
      {printKey(keys).map((part, index) => (
        <kbd key={index} className={clsx(cap, 'border-line bg-sunken text-ink-2')}>
          {part}
        </kbd>
      ))}
    </span>
  )
}

/** The bound key in the button's own colours; screen readers hear the button's name alone. */
export function KeyHint({ name }: { name: KeyName }) {
  const [first] = useBinding(name).keys
  if (first === undefined) return null
  return (
    <kbd aria-hidden className={clsx(cap, '-mr-1 ml-0.5 border-current/35 opacity-85')}>
      {printKey(first).join(' ')}
    </kbd>
  )
}
