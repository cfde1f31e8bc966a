/** A link that looks like a button. */
import type { ComponentProps } from 'react'
import { Link } from 'react-router'
import { look, type Look } from './Button'
import { KeyHint } from './Kbd'

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
