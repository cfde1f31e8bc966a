/** Classes to pick from: numbered buttons for a handful, a list that narrows as you type for many. */
import { clsx } from 'clsx'
import { Command, useCommandState } from 'cmdk'
import { useRef, useState } from 'react'
import { enterSubmits, useKey } from '@/lib/useKey'
import { IN_TEN, inTen } from '@/lib/words'
import type { KeyName } from '@/lib/keys'
import { KeyHint } from '../Kbd'
import type { Choice } from './shape'

export interface ClassButtonsProps {
  choices: readonly Choice[]
  many: boolean
  value: unknown
  onChange: (value: unknown) => void
  /** Bind the number keys: true for one field of a form. */
  keyed: boolean
  disabled?: boolean
  label: string
  'aria-describedby'?: string | undefined
  /** Classes a model proposed, with its confidence from 0 to 1. */
  proposed?: Readonly<Record<string, number>> | undefined
}

const AT_MOST_BUTTONS = 18
const keyOf = (place: number) => `class.${place + 1}` as KeyName
const KEYED = 9
const SEARCH =
  'rounded-control border border-line-strong bg-raised has-[input:focus]:outline-2 has-[input:focus]:outline-offset-1 has-[input:focus]:outline-accent'

export function ClassButtons(props: ClassButtonsProps) {
  return props.choices.length > AT_MOST_BUTTONS ? <ClassList {...props} /> : <Buttons {...props} />
}

function pick({ many, value, onChange }: ClassButtonsProps, choice: Choice) {
  if (!many) return onChange(choice.value)
  const chosen = Array.isArray(value) ? (value as unknown[]) : []
  onChange(
    chosen.includes(choice.value)
      ? chosen.filter((other) => other !== choice.value)
      : [...chosen, choice.value],
  )
}

function isPicked({ many, value }: ClassButtonsProps, choice: Choice): boolean {
  return many ? Array.isArray(value) && value.includes(choice.value) : value === choice.value
}

function Buttons(props: ClassButtonsProps) {
  const { choices, keyed, disabled, label, proposed } = props
  const [wanted, setWanted] = useState('')
  const matches = choices.filter((choice) => choice.label.toLowerCase().includes(wanted.trim().toLowerCase()))
  return (
    <div
      role="group"
      aria-label={label}
      aria-describedby={props['aria-describedby']}
      className="flex flex-wrap gap-1.5"
    >
      {choices.length > KEYED && (
        <ClassSearch {...props} wanted={wanted} onWanted={setWanted} first={matches[0]} />
      )}
      {matches.map((choice) => {
        const place = choices.indexOf(choice)
        const picked = isPicked(props, choice)
        const confidence = proposed?.[choice.value]
        return (
          <button
            key={choice.value}
            type="button"
            aria-pressed={picked}
            disabled={disabled}
            title={choice.hint}
            {...enterSubmits(() => pick(props, choice))}
            className={clsx(
              'inline-flex min-h-8 items-center gap-2 rounded-control border px-2.5 py-1 text-left font-medium',
              picked
                ? 'border-accent bg-accent text-on-accent'
                : 'border-line-strong bg-raised hover:border-ink-2 hover:bg-hover',
              'disabled:opacity-55',
            )}
          >
            {choice.label}
            {confidence !== undefined && (
              <span
                title={IN_TEN}
                className={clsx('text-small font-normal tabular-nums', !picked && 'text-ink-3')}
              >
                {inTen(confidence)}
              </span>
            )}
            {keyed && place < KEYED && <KeyHint name={keyOf(place)} />}
          </button>
        )
      })}
      {keyed && !disabled && <NumberKeys {...props} />}
    </div>
  )
}

interface ClassSearchProps extends ClassButtonsProps {
  wanted: string
  onWanted: (text: string) => void
  first: Choice | undefined
}

/** For classes that no number key reaches: narrows the buttons; Enter picks the first that is left. */
function ClassSearch({ wanted, onWanted, first, ...props }: ClassSearchProps) {
  const { choices, keyed, disabled } = props
  const input = useRef<HTMLInputElement>(null)
  useKey('class.search', () => input.current?.focus(), { enabled: keyed && !disabled })
  const leave = () => {
    onWanted('')
    input.current?.blur()
  }
  return (
    <>
      <div className={clsx('flex w-full items-center pr-2', SEARCH)}>
        <input
          ref={input}
          aria-label="Search the classes"
          data-picks=""
          placeholder={`Search ${choices.length} classes…`}
          disabled={disabled ?? false}
          value={wanted}
          onChange={(event) => onWanted(event.target.value)}
          onKeyDown={(event) => {
            // Enter and Escape that end the composing of a character are not meant for the list.
            if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return
            if (event.key === 'Escape') leave()
            if (event.key !== 'Enter' || !first) return
            if (wanted.trim()) pick(props, first)
            leave()
          }}
          className="h-8 min-w-0 flex-1 bg-transparent px-2.5 outline-none"
        />
        {keyed && <KeyHint name="class.search" />}
      </div>
      <NoMatch none={!first} />
    </>
  )
}

/** Stands there also while it says nothing: only then a screen reader reads what it says later. */
function NoMatch({ none }: { none: boolean }) {
  return (
    <p role="status" className={none ? 'w-full px-2 py-2 text-ink-3' : 'sr-only'}>
      {none && 'No class matches.'}
    </p>
  )
}

function NoMatchInList() {
  return <NoMatch none={useCommandState(({ filtered }) => filtered.count === 0)} />
}

function NumberKeys(props: ClassButtonsProps) {
  const pickByKey = (choice: Choice) => {
    pick(props, choice)
    // Enter is now meant for what the key picked, not for another class that has the focus.
    const focused = document.activeElement
    if (focused instanceof HTMLElement && focused.matches('[data-enter-submits]')) focused.blur()
  }
  return props.choices
    .slice(0, KEYED)
    .map((choice, place) => (
      <NumberKey key={choice.value} name={keyOf(place)} act={() => pickByKey(choice)} />
    ))
}

function NumberKey({ name, act }: { name: KeyName; act: () => void }) {
  useKey(name, act)
  return null
}

function ClassList(props: ClassButtonsProps) {
  const { choices, keyed, disabled, label, proposed } = props
  const input = useRef<HTMLInputElement>(null)
  useKey('class.search', () => input.current?.focus(), { enabled: keyed && !disabled })
  const likelyFirst = proposed
    ? [...choices].sort((a, b) => (proposed[b.value] ?? 0) - (proposed[a.value] ?? 0))
    : choices
  return (
    <Command
      label={label}
      onKeyDown={(event) => {
        // Ctrl+Enter submits, for the page; the list takes every Enter that is not prevented, and only it shall see this.
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.defaultPrevented = true
      }}
      className={clsx('overflow-hidden', SEARCH)}
    >
      <div className="flex items-center border-b border-line pr-2">
        <Command.Input
          ref={input}
          data-picks=""
          disabled={disabled ?? false}
          placeholder={`Search ${choices.length} classes…`}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          className="h-8.5 min-w-0 flex-1 bg-transparent px-2.5 outline-none"
        />
        {keyed && <KeyHint name="class.search" />}
      </div>
      <Command.List className="max-h-64 overflow-auto p-1">
        {likelyFirst.map((choice) => {
          const picked = isPicked(props, choice)
          const confidence = proposed?.[choice.value]
          return (
            <Command.Item
              key={choice.value}
              value={String(choice.value)}
              keywords={[choice.label]}
              disabled={disabled ?? false}
              onSelect={() => {
                pick(props, choice)
                // The search has the focus, or after a click the list: Enter is now meant for the page.
                if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
              }}
              className={clsx(
                'flex min-h-7 cursor-pointer items-center gap-2 rounded-control px-2',
                picked ? 'bg-accent text-on-accent' : 'aria-selected:bg-hover',
              )}
            >
              <span className="min-w-0 flex-1 truncate">{choice.label}</span>
              {confidence !== undefined && confidence > 0 && (
                <span title={IN_TEN} className="text-small tabular-nums opacity-80">
                  {inTen(confidence)}
                </span>
              )}
            </Command.Item>
          )
        })}
      </Command.List>
      <NoMatchInList />
    </Command>
  )
}
