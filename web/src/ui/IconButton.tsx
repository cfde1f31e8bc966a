/** A button that shows only a picture; its name is read aloud and shown on hover. */
import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import type { KeyName } from '@/lib/keys'
import { look, sizes, type Tone } from './Button'
import { Tooltip } from './Tooltip'

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
