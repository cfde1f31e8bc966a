/** The classes of a draft: in the order of the number keys, each with a name, an id that stays, and what it means. */
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Input } from '@/ui/Field'
import { IconButton } from '@/ui/IconButton'
import { renamed, type ClassRow } from './draft'

interface ClassListProps {
  rows: readonly ClassRow[]
  /** Ids that labels may hold already: they are shown and stay. */
  kept: ReadonlySet<string>
  onChange: (rows: ClassRow[]) => void
}

export function ClassList({ rows, kept, onChange }: ClassListProps) {
  const change = (place: number, part: Partial<ClassRow>) =>
    onChange(rows.map((row, index) => (index === place ? { ...row, ...part } : row)))
  const move = (place: number, by: number) => {
    const next = [...rows]
    const [row] = next.splice(place, 1)
    if (row) next.splice(place + by, 0, row)
    onChange(next)
  }
  const add = () => onChange([...rows, { key: crypto.randomUUID(), id: null, name: '', description: '' }])
  return (
    <Card
      title="Classes"
      lead="The first nine have the number keys. Labels hold the id, so a name may change."
      actions={
        <Button size="small" icon={Plus} onClick={add}>
          Add class
        </Button>
      }
    >
      {rows.length === 0 && <p className="text-ink-3">No class yet.</p>}
      <ol className="flex flex-col gap-2">
        {rows.map((row, place) => (
          <li
            key={row.key}
            className="grid grid-cols-[1.25rem_10rem_8rem_minmax(0,1fr)_auto] items-center gap-2"
          >
            <span className="text-right text-small text-ink-3 tabular-nums">{place + 1}</span>
            <Input
              aria-label={`Name of class ${place + 1}`}
              aria-invalid={row.name.trim() === '' || undefined}
              autoFocus={row.id === null && row.name === ''}
              placeholder="Name"
              value={row.name}
              onChange={(event) => change(place, renamed(row, event.target.value, kept))}
            />
            <Input
              aria-label={`Id of class ${place + 1}`}
              className="font-mono text-small"
              placeholder="from the name"
              readOnly={row.id !== null && kept.has(row.id)}
              title={
                row.id !== null && kept.has(row.id) ? 'Published: labels hold it, so it stays.' : undefined
              }
              value={row.id ?? ''}
              onChange={(event) => change(place, { id: event.target.value || null })}
            />
            <Input
              aria-label={`What class ${place + 1} means`}
              placeholder="When to choose it"
              value={row.description}
              onChange={(event) => change(place, { description: event.target.value })}
            />
            <span className="flex">
              <IconButton
                size="small"
                icon={ArrowUp}
                label={`Move class ${place + 1} up`}
                disabled={place === 0}
                onClick={() => move(place, -1)}
              />
              <IconButton
                size="small"
                icon={ArrowDown}
                label={`Move class ${place + 1} down`}
                disabled={place === rows.length - 1}
                onClick={() => move(place, 1)}
              />
              <IconButton
                size="small"
                icon={Trash2}
                label={`Remove class ${place + 1}`}
                onClick={() => onChange(rows.filter((_, index) => index !== place))}
              />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}
