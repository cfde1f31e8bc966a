/** Items in rows, small pictures in place of file names; a press on a row opens the whole item. */
import { useState } from 'react'
import { Drawer } from '@/ui/Dialog'
import { ValueGrid } from '@/ui/table'
import { ItemPanel } from './ItemPanel'
import { spokenRef, type ItemPage } from './sheets'

interface ItemGridProps {
  page: ItemPage
  fileAddress: (itemRef: string, field: string, index: number, value: string) => string
  pictureAddress: (itemRef: string, field: string, index: number, value: string) => string
}

const KEY = ' item'
const numeric = /^(tinyint|smallint|int|bigint|float|double|decimal)/

export function ItemGrid({ page, fileAddress, pictureAddress }: ItemGridProps) {
  const [shown, show] = useState<number>()
  const item = shown === undefined ? undefined : page.items[shown]
  const files = new Set(page.fields.filter(({ kind }) => kind === 'file').map(({ name }) => name))
  const reasons = new Map(page.withheld.map((each) => [each.field, `${each.classification}: ${each.reason}`]))
  const columns = [
    { name: KEY, title: 'item' },
    ...[...page.fields]
      .sort((a, b) => Number(files.has(b.name)) - Number(files.has(a.name)))
      .map((field) => ({
        name: field.name,
        detail: files.has(field.name)
          ? 'file'
          : field.kind === 'struct'
            ? field.many
              ? 'rows'
              : 'row'
            : field.type,
        numeric: numeric.test(field.type) && !field.many,
        withheld: reasons.get(field.name),
      })),
  ]
  return (
    <>
      <ValueGrid
        label="Items"
        start={page.start}
        columns={columns}
        rows={page.items.map(({ item_ref, fields }, index) => ({
          ...fields,
          [KEY]: item_ref,
          ' index': index,
        }))}
        draw={(column, value, row) => {
          const ref = row[KEY] as string
          if (column === KEY) {
            return (
              <button
                type="button"
                className="max-w-60 truncate font-medium hover:underline"
                onClick={() => show(row[' index'] as number)}
              >
                {spokenRef(ref)}
              </button>
            )
          }
          if (!files.has(column)) return undefined
          return (
            <Pictures
              value={value}
              address={(index, name) => pictureAddress(ref, column, index, name)}
              onOpen={() => show(row[' index'] as number)}
            />
          )
        }}
      />
      <Drawer
        open={item !== undefined}
        onClose={() => show(undefined)}
        title={item ? spokenRef(item.item_ref) : ''}
        width="wide"
        flush
      >
        {item && (
          <ItemPanel
            item={item}
            fields={page.fields}
            withheld={page.withheld}
            keyed
            className="h-full"
            fileAddress={(field, index, value) => fileAddress(item.item_ref, field, index, value)}
          />
        )}
      </Drawer>
    </>
  )
}

interface PicturesProps {
  value: unknown
  address: (index: number, name: string) => string
  onOpen: () => void
}

const AT_MOST = 3

function Pictures({ value, address, onOpen }: PicturesProps) {
  const names = (Array.isArray(value) ? value : [value]).filter(
    (name): name is string => typeof name === 'string',
  )
  if (names.length === 0) return <span className="text-ink-3">no file</span>
  return (
    <button type="button" onClick={onOpen} className="flex gap-1" aria-label="Open the item">
      {names.slice(0, AT_MOST).map((name, index) => (
        <Picture key={name} src={address(index, name)} name={name} />
      ))}
      {names.length > AT_MOST && <span className="text-small text-ink-3">+{names.length - AT_MOST}</span>}
    </button>
  )
}

function Picture({ src, name }: { src: string; name: string }) {
  const [broken, setBroken] = useState(false)
  const short = name.split('/').at(-1)
  if (broken) return <span className="text-small text-ink-2">{short}</span>
  return (
    <img
      src={src}
      alt={short}
      loading="lazy"
      onError={() => setBroken(true)}
      className="h-14 w-14 rounded-tag border border-line bg-sunken object-cover object-top"
    />
  )
}
