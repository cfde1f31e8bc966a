/** All keys on one sheet, shown by `?`; each can be remapped here. */
import { RotateCcw } from 'lucide-react'
import { useEffect, useEffectEvent, useState } from 'react'
import {
  bindingOf,
  conflictsOf,
  keyNames,
  remap,
  resetKeys,
  useBinding,
  useRemapped,
  type KeyName,
} from '@/lib/keys'
import { pressedKey } from '@/lib/keyText'
import { Button } from './Button'
import { Dialog } from './Dialog'
import { Kbd } from './Kbd'

/** What is used most comes first. */
const groups = ['Review', 'Lists', 'Classes', 'Pictures and pages', 'Everywhere'] as const

export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [changing, setChanging] = useState<KeyName>()
  const remapped = useRemapped()
  return (
    <Dialog
      open={open}
      onClose={onClose}
      width="wide"
      title="Keys"
      lead="Press a key's button to give it another key. Your choices stay in this browser."
      footer={
        remapped && (
          <Button icon={RotateCcw} onClick={resetKeys}>
            Reset all keys
          </Button>
        )
      }
    >
      <div className="columns-2 gap-8">
        {groups.map((group) => (
          <section key={group} className="mb-4 break-inside-avoid-column">
            <h3 className="eyebrow mb-1 text-ink-3">{group}</h3>
            <ul>
              {keyNames
                .filter((name) => bindingOf(name).group === group)
                .map((name) => (
                  <KeyRow
                    key={name}
                    name={name}
                    changing={changing === name}
                    onChange={() => setChanging(name)}
                    onDone={() => setChanging(undefined)}
                  />
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

interface KeyRowProps {
  name: KeyName
  changing: boolean
  onChange: () => void
  onDone: () => void
}

function KeyRow({ name, changing, onChange, onDone }: KeyRowProps) {
  const { does, keys } = useBinding(name)
  const [refused, setRefused] = useState<string>()
  const capture = useEffectEvent((event: KeyboardEvent) => {
    event.preventDefault()
    event.stopPropagation()
    const key = pressedKey(event)
    if (key === undefined) return
    const taken = key === 'escape' ? [] : conflictsOf(name, key)
    if (taken[0] !== undefined) {
      setRefused(`Taken by “${bindingOf(taken[0]).does}”`)
      return
    }
    if (key !== 'escape') remap(name, key)
    setRefused(undefined)
    onDone()
  })
  useEffect(() => {
    if (!changing) return
    const listen = (event: KeyboardEvent) => capture(event)
    window.addEventListener('keydown', listen, { capture: true })
    return () => window.removeEventListener('keydown', listen, { capture: true })
  }, [changing])
  return (
    <li className="flex min-h-6 items-center justify-between gap-3 border-b border-line/60">
      <span>
        {does}
        {changing && refused && <span className="block text-small text-bad">{refused}</span>}
      </span>
      <button
        type="button"
        aria-label={`${does}: ${keys.join(' or ')}. Change`}
        onClick={onChange}
        className="flex min-h-6 items-center gap-1.5 rounded-control px-1 hover:bg-hover"
      >
        {changing ? (
          <span className="text-small text-copper">Press a key, Esc to leave</span>
        ) : (
          keys.map((key) => <Kbd key={key} keys={key} />)
        )}
      </button>
    </li>
  )
}
