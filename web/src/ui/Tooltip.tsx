/** A short hint on hover and focus; never the only place something is said. */
import { Tooltip as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { useBinding, type KeyName } from '@/lib/keys'
import { Kbd } from './Kbd'

export const TooltipProvider = Radix.Provider

interface TooltipProps {
  text: ReactNode
  keyName?: KeyName | undefined
  side?: 'top' | 'right' | 'bottom' | 'left'
  children: ReactElement
}

export function Tooltip({ text, keyName, side = 'bottom', children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="popover z-60 flex max-w-80 items-center gap-2 px-2 py-1 text-small"
        >
          {text}
          {keyName && <BoundKey name={keyName} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function BoundKey({ name }: { name: KeyName }) {
  const [first] = useBinding(name).keys
  return first === undefined ? null : <Kbd keys={first} />
}
