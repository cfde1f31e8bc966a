/** Invented rows that page, sort and filter as the server's do, so that the table can be looked at without one. */
import type { Page } from '@/api/pages'

export interface SampleRow {
  id: string
  name: string
  status: string
  pairs: number
  counts: { labeled: number; reused: number; unlabeled: number; rejected: number }
  changed_at: string
}

export const statuses = ['review', 'approved', 'generating', 'failed']
const words = ['Invoices', 'Boards', 'Flowers', 'Receipts', 'Intents', 'Scans']
const DAY_MS = 86_400_000
const PAGE = 100

const rows: SampleRow[] = Array.from({ length: 2400 }, (_, index) => ({
  id: String(index),
  name: `${words[index % words.length]} ${String(index + 1).padStart(4, '0')}`,
  status: statuses[index % 7 === 0 ? 3 : index % 3] ?? 'review',
  pairs: 100 + ((index * 37) % 900),
  counts: {
    labeled: (index * 13) % 80,
    reused: (index * 7) % 50,
    unlabeled: (index * 3) % 60,
    rejected: index % 9,
  },
  changed_at: new Date(Date.now() - (index % 60) * DAY_MS).toISOString(),
}))

export function samplePage(
  query: Record<string, string>,
  cursor: string | undefined,
): Promise<Page<SampleRow>> {
  const sort = query.sort ?? 'name'
  const field = sort.replace('-', '') as keyof SampleRow
  const sign = sort.startsWith('-') ? -1 : 1
  const found = rows
    .filter((row) => row.name.toLowerCase().includes((query.search ?? '').toLowerCase()))
    .filter((row) => !query.status || row.status === query.status)
    .sort((a, b) => (a[field] < b[field] ? -sign : a[field] > b[field] ? sign : 0))
  const from = Number(cursor ?? 0)
  const next = from + PAGE
  return Promise.resolve({
    items: found.slice(from, next),
    next_cursor: next < found.length ? String(next) : null,
    total: found.length,
  })
}
