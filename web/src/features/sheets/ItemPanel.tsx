/** One item as a person reads it: its files large, its fields beside or below, withheld ones named with the reason. */
import { clsx } from 'clsx'
import { LockKeyhole } from 'lucide-react'
import { useRef, useState } from 'react'
import { usePreference } from '@/lib/storage'
import { useKey } from '@/lib/useKey'
import { ClassificationBadge } from '@/ui/Badge'
import { KeyHint } from '@/ui/Kbd'
import { Splitter } from '@/ui/Splitter'
import { FileView } from '@/ui/view'
import { FieldValue } from './FieldValue'
import type { ItemField } from './sheets'

export interface ItemPanelProps {
  item: { item_ref: string; fields: Record<string, unknown> }
  fields: readonly ItemField[]
  withheld?: readonly { field: string; classification: string; reason: string }[]
  /** Where the browser fetches a file of this item from. */
  fileAddress: (field: string, index: number, value: string) => string
  /** Bind the zoom keys to the picture shown. */
  keyed?: boolean
  /** Fields to mark, such as those that a prompt reads. */
  marked?: ReadonlySet<string>
  className?: string
}

interface ShownFile {
  label: string
  name: string
  src: string
}

export function ItemPanel({
  item,
  fields,
  withheld = [],
  fileAddress,
  keyed = false,
  marked,
  className,
}: ItemPanelProps) {
  const files = filesOf(item, fields, fileAddress)
  const [chosen, choose] = useState(0)
  const [share, setShare] = usePreference('item.fields', 34)
  const file = files[Math.min(chosen, files.length - 1)]
  const plain = fields.filter((field) => field.kind !== 'file')
  const panel = useRef<HTMLDivElement>(null)
  useKey('view.nextFile', () => choose((chosen + 1) % files.length), {
    enabled: keyed && files.length > 1,
    within: panel,
  })
  return (
    <div ref={panel} className={clsx('flex min-h-0 flex-col', className)}>
      {file && (
        <div className="flex min-h-40 flex-1 flex-col">
          {files.length > 1 && (
            <div
              role="tablist"
              aria-label="Files"
              className="flex shrink-0 gap-1 border-b border-line px-2 py-1"
            >
              {files.map(({ label }, place) => (
                <button
                  key={label}
                  type="button"
                  role="tab"
                  aria-selected={files[place] === file}
                  onClick={() => choose(place)}
                  className={clsx(
                    'h-6.5 rounded-control px-2 text-small font-medium',
                    files[place] === file ? 'bg-accent-soft text-accent-ink' : 'text-ink-2 hover:bg-hover',
                  )}
                >
                  {label}
                </button>
              ))}
              {keyed && (
                <span className="ml-1 self-center">
                  <KeyHint name="view.nextFile" />
                </span>
              )}
            </div>
          )}
          <FileView
            src={file.src}
            name={file.name}
            of={item.item_ref}
            keyed={keyed}
            className="min-h-0 flex-1"
          />
        </div>
      )}
      {file && <Splitter share={share} onShare={setShare} within={panel} label="Height of the fields" />}
      <dl
        className={clsx(
          'grid min-h-0 grid-cols-[minmax(6rem,max-content)_minmax(0,1fr)] content-start overflow-auto px-4 py-1',
          file ? 'shrink-0' : 'flex-1',
        )}
        style={file && { maxHeight: `${share}%` }}
      >
        {plain.map((field) => (
          <div key={field.name} className="contents">
            <dt className="border-b border-line/60 py-1 pr-4 text-ink-3">
              {field.name}
              {marked?.has(field.name) && (
                <span title="Read by the prompt" className="ml-1 text-copper">
                  •
                </span>
              )}
            </dt>
            <dd className="min-w-0 border-b border-line/60 py-1">
              <FieldValue value={item.fields[field.name]} />
            </dd>
          </div>
        ))}
        {withheld.map(({ field, classification, reason }) => (
          <div key={field} className="contents">
            <dt className="border-b border-line/60 py-1 pr-4 text-ink-3">{field}</dt>
            <dd className="flex flex-wrap items-center gap-2 border-b border-line/60 py-1 text-ink-3">
              <LockKeyhole aria-hidden size={13} />
              withheld <ClassificationBadge classification={classification} /> {reason}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function filesOf(
  item: ItemPanelProps['item'],
  fields: readonly ItemField[],
  address: ItemPanelProps['fileAddress'],
): ShownFile[] {
  return fields
    .filter((field) => field.kind === 'file')
    .flatMap((field) => {
      const value = item.fields[field.name]
      const names = (Array.isArray(value) ? value : [value]).filter(
        (name): name is string => typeof name === 'string',
      )
      return names.map((name, index) => ({
        label: names.length > 1 ? `${field.name} ${index + 1}` : field.name,
        name,
        src: address(field.name, index, name),
      }))
    })
}
