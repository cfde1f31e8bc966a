/** Buttons, and the look that links and icon buttons share with them. */
import { clsx } from 'clsx'
import { LoaderCircle, type LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import type { KeyName } from '@/lib/keys'
import { KeyHint } from './Kbd'

export type Tone = 'primary' | 'plain' | 'quiet' | 'danger'

const tones: Record<Tone, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent',
  plain: 'bg-raised text-ink border-line-strong hover:border-ink-2 hover:bg-hover',
  quiet: 'bg-transparent text-ink-2 border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-bad text-on-bad border-transparent hover:bg-bad-hover',
}

export const sizes = { small: 'h-6.5 px-2 text-small', normal: 'h-7.5 px-3 text-body' }

export interface Look {
  tone?: Tone | undefined
  size?: keyof typeof sizes | undefined
  icon?: LucideIcon | undefined
  /** Prints the bound key on the button; the page binds it with `useKey`. */
  keyName?: KeyName | undefined
  children?: ReactNode
}

export function look(tone: Tone, size: keyof typeof sizes, extra?: string) {
  return clsx(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap select-none',
    'transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50',
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
  onClick,
  children,
  ...rest
}: ButtonProps) {
  const Shown = busy ? LoaderCircle : Icon
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      disabled={disabled}
      // Not `disabled`: that would take the focus from whoever pressed it.
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={look(tone, size, className)}
      {...rest}
    >
      {Shown && <Shown aria-hidden size={15} className={clsx('shrink-0', busy && 'animate-spin')} />}
      {children}
      {keyName && <KeyHint name={keyName} />}
    </button>
  )
}
