/** The frame of the pages before one is in. */
import type { ReactNode } from 'react'

export function Entrance({
  title,
  lead,
  children,
}: {
  title: string
  lead?: ReactNode
  children: ReactNode
}) {
  return (
    <main className="grid h-full grid-cols-[minmax(0,5fr)_minmax(0,6fr)] overflow-auto max-md:grid-cols-1">
      <aside className="flex flex-col justify-between bg-rail p-10 text-rail-ink max-md:hidden">
        <p className="text-lead font-semibold tracking-tight">Training Dataset Workbench</p>
        <div>
          <p className="max-w-88 text-figure font-semibold tracking-tight text-balance">
            Label once, reuse everywhere.
          </p>
          <p className="mt-2 max-w-88 text-rail-ink-2">
            From raw tables to a governed training file, and back again when the data changes.
          </p>
          <Rows />
        </div>
        <span />
      </aside>
      <div className="flex items-center justify-center p-8">
        <div className="w-full max-w-88">
          <h1 className="text-title tracking-tight">{title}</h1>
          {lead && <p className="mt-1 text-ink-2">{lead}</p>}
          <div className="mt-6">{children}</div>
        </div>
      </div>
    </main>
  )
}

const widths = [72, 54, 88, 63, 80, 47]

/** Rows of data, some of them tagged. */
function Rows() {
  return (
    <svg viewBox="0 0 300 132" aria-hidden className="mt-10 w-full max-w-88">
      {widths.map((width, row) => (
        <g key={row} transform={`translate(0 ${row * 22})`}>
          <rect width={width * 2.2} height="9" rx="4.5" fill="#2c4a44" />
          {row % 3 !== 1 && (
            <path d={`M${width * 2.2 + 12} 0h26l8 4.5-8 4.5h-26z`} fill={row ? '#6fb3a4' : '#e39a63'} />
          )}
        </g>
      ))}
    </svg>
  )
}
