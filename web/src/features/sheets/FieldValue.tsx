/** A value of a field as a person reads it: text as text, numbers plain, structs and lists as small tables. */
export function FieldValue({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span className="text-ink-3">–</span>
  if (typeof value === 'string') {
    return (
      <span className="break-words whitespace-pre-wrap">
        {value || <span className="text-ink-3">empty</span>}
      </span>
    )
  }
  if (typeof value === 'number') return <span className="tabular-nums">{value}</span>
  if (typeof value === 'boolean') return <>{value ? 'yes' : 'no'}</>
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="text-ink-3">none</span>
    return (
      <ol className="flex flex-col gap-1.5">
        {value.map((inner: unknown, index) => (
          <li key={index} className="border-l-2 border-line pl-2">
            <FieldValue value={inner} />
          </li>
        ))}
      </ol>
    )
  }
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3">
      {Object.entries(value as Record<string, unknown>).map(([name, inner]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd className="min-w-0">
            <FieldValue value={inner} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
