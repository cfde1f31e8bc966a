/** Things that are pressed: buttons, icon buttons, and links that look like them. */
import { clsx } from 'clsx'
import { LoaderCircle, type LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { Link } from 'react-router'
import type { KeyName } from '@/lib/keys'
import { KeyHint } from './Kbd'
import { Tooltip } from './Tooltip'

export type Tone = 'primary' | 'plain' | 'quiet' | 'danger'

const tones: Record<Tone, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent',
  plain: 'bg-raised text-ink border-line-strong hover:border-ink-2 hover:bg-hover',
  quiet: 'bg-transparent text-ink-2 border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-bad text-on-bad border-transparent hover:bg-bad-hover',
}

const sizes = { small: 'h-6.5 px-2 text-small', normal: 'h-7.5 px-3 text-body' }

interface Look {
  tone?: Tone | undefined
  size?: keyof typeof sizes | undefined
  icon?: LucideIcon | undefined
  /** Prints the bound key on the button; the page binds it with `useKey`. */
  keyName?: KeyName | undefined
  children?: ReactNode
}

function look(tone: Tone, size: keyof typeof sizes, extra?: string) {
  return clsx(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap select-none',
    'transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-50',
    tones[tone],
    sizes[size],
    extra,
  )
}

export interface ButtonProps extends Look, Omit<ComponentProps<'button'>, 'children'> {
  busy?: boolean | undefined
}

export function Button({
  tone = 'plain',
  size = 'normal',
  icon: Icon,
  keyName,
  busy = false,
  disabled,
  className,
  children,
  ...rest
}: ButtonProps) {
  const Shown = busy ? LoaderCircle : Icon
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      disabled={disabled || busy}
      className={look(tone, size, className)}
      {...rest}
    >
      {Shown && <Shown aria-hidden size={15} className={clsx('shrink-0', busy && 'animate-spin')} />}
      {children}
      {keyName && <KeyHint name={keyName} />}
    </button>
  )
}

export function ButtonLink({
  tone = 'plain',
  size = 'normal',
  icon: Icon,
  keyName,
  className,
  children,
  ...rest
}: Look & Omit<ComponentProps<typeof Link>, 'children' | 'className'> & { className?: string }) {
  return (
    <Link className={look(tone, size, className)} {...rest}>
      {Icon && <Icon aria-hidden size={15} className="shrink-0" />}
      {children}
      {keyName && <KeyHint name={keyName} />}
    </Link>
  )
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon
  /** What it does: read aloud, and shown on hover. */
  label: string
  keyName?: KeyName | undefined
  tone?: Tone | undefined
  size?: keyof typeof sizes | undefined
}

export function IconButton({
  icon: Icon,
  label,
  keyName,
  tone = 'quiet',
  size = 'normal',
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} keyName={keyName}>
      <button
        type="button"
        aria-label={label}
        className={look(tone, size, clsx(size === 'small' ? 'w-6.5' : 'w-7.5', '!px-0', className))}
        {...rest}
      >
        <Icon aria-hidden size={16} />
      </button>
    </Tooltip>
  )
}
