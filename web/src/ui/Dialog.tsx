/** Windows over the page: a dialog in the middle, a drawer at the side, and a question to confirm. */
import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useEffect, useRef, type ReactNode, type SyntheticEvent } from 'react'
import { Button, type Tone } from './Button'
import { ErrorNote } from './ErrorState'

export interface DialogProps {
  open: boolean
  onClose: () => void
  title: ReactNode
  /** One sentence under the title; also what screen readers read first. */
  lead?: ReactNode
  children?: ReactNode
  footer?: ReactNode
  width?: 'narrow' | 'normal' | 'wide'
  /** Without padding, for pictures and panels. */
  flush?: boolean
}

const widths = { narrow: 'max-w-110', normal: 'max-w-150', wide: 'max-w-240' }

export function Dialog({ width = 'normal', ...rest }: DialogProps) {
  return (
    <Window
      {...rest}
      place={clsx(
        'top-[8vh] left-1/2 max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 rounded-card',
        widths[width],
      )}
    />
  )
}

export function Drawer({ width = 'normal', ...rest }: DialogProps) {
  return <Window {...rest} place={clsx('inset-y-0 right-0 w-full rounded-l-card', widths[width])} />
}

function Window({
  open,
  onClose,
  title,
  lead,
  children,
  footer,
  flush = false,
  place,
}: DialogProps & { place: string }) {
  const opener = useRef<Element>(null)
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          className={clsx('popover fixed z-40 flex flex-col outline-none', place)}
          onOpenAutoFocus={(event) => {
            opener.current = document.activeElement
            focusFirstField(event)
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            giveFocusBack(opener.current)
          }}
          {...(lead ? {} : { 'aria-describedby': undefined })}
        >
          <header className="flex items-start gap-4 border-b border-line px-5 py-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lead">{title}</Radix.Title>
              {lead && <Radix.Description className="mt-0.5 text-ink-2">{lead}</Radix.Description>}
            </div>
            <Radix.Close
              aria-label="Close"
              className="-mr-1.5 flex size-7 items-center justify-center rounded-control text-ink-2 hover:bg-hover hover:text-ink"
            >
              <X aria-hidden size={16} />
            </Radix.Close>
          </header>
          {children && (
            <div className={clsx('min-h-0 flex-1 overflow-auto', !flush && 'px-5 py-4')}>{children}</div>
          )}
          {footer && (
            <footer className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** A form starts at the first field that is still needed, else at its first; a question at its answer. */
function focusFirstField(event: Event) {
  const opened = event.currentTarget as HTMLElement
  const needed = opened.querySelectorAll<HTMLInputElement>(':is(input, textarea)[aria-required=true]')
  const field =
    Array.from(needed).find(({ value }) => value === '') ??
    opened.querySelector<HTMLElement>(
      'input:not([readonly], [tabindex="-1"]), textarea, select, [data-start]',
    )
  if (!field) return
  event.preventDefault()
  field.focus()
}

/** To what was pressed; where that is gone with what was decided, to the page. */
export function giveFocusBack(opener: Element | null) {
  const heir = opener?.isConnected && opener !== document.body ? opener : document.getElementById('content')
  if (heir instanceof HTMLElement) heir.focus()
}

export interface ConfirmProps extends Omit<DialogProps, 'footer'> {
  /** The verb on the button: "Retract 12 labels", never "OK". */
  action: string
  tone?: Tone
  onConfirm: () => void
  busy?: boolean
  disabled?: boolean
  error?: unknown
}

/** A question with a verb, or a short form: Enter confirms, unless it destroys something; Esc leaves. */
export function Confirm({
  action,
  tone = 'primary',
  onConfirm,
  busy = false,
  disabled = false,
  error,
  children,
  width = 'narrow',
  ...rest
}: ConfirmProps) {
  const confirm = useRef<HTMLButtonElement>(null)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (!busy && !disabled) onConfirm()
  }
  const isSafe = tone !== 'danger'
  useEffect(() => {
    // A question that had to be counted first takes its Enter once it can be answered.
    if (isSafe && !disabled && confirm.current && !document.activeElement?.closest('form')) {
      confirm.current.focus()
    }
  }, [isSafe, disabled])
  return (
    <Dialog {...rest} width={width}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {children}
        {error !== undefined && error !== null && <ErrorNote error={error} />}
        {/* Stays in sight under a form that is taller than the window. */}
        <div
          className={clsx(
            'sticky -bottom-4 -mx-5 -mb-4 flex justify-end gap-2 rounded-b-card bg-raised px-5',
            children ? 'border-t border-line py-3' : 'pt-2 pb-4',
          )}
        >
          <Button data-start={isSafe ? undefined : ''} onClick={rest.onClose}>
            Cancel
          </Button>
          <Button
            ref={confirm}
            data-start={isSafe ? '' : undefined}
            type="submit"
            tone={tone}
            busy={busy}
            disabled={disabled}
          >
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
