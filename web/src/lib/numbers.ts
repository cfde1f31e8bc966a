/** Numbers as people read them: grouped, short, as shares and sizes; always in the browser's language. */
const grouped = new Intl.NumberFormat()
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 })

export function count(value: number): string {
  return grouped.format(value)
}

export function short(value: number): string {
  return Math.abs(value) < 10_000 ? grouped.format(value) : compact.format(value)
}

/** "312 pairs", "1 pair": the noun in the singular, with its plural where adding an s is wrong. */
export function countOf(value: number, noun: string, plural = `${noun}s`): string {
  return `${grouped.format(value)} ${value === 1 ? noun : plural}`
}

/** A share in percent that never claims 0 or 100 unless it is exactly that. */
export function share(part: number, whole: number): string {
  if (whole <= 0) return '–'
  const percent = (100 * part) / whole
  if (part > 0 && percent < 1) return '<1%'
  if (part < whole && percent > 99) return '>99%'
  return `${Math.round(percent)}%`
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = value
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${size >= 10 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`
}
