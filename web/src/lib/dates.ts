/** Moments and durations as people read them; the server speaks UTC, people see their own time. */
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' })
const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Number.POSITIVE_INFINITY],
]

export function ago(moment: string | Date, now: Date = new Date()): string {
  let amount = (new Date(moment).getTime() - now.getTime()) / 1000
  if (Math.abs(amount) < 10) return 'just now'
  for (const [unit, size] of steps) {
    if (Math.abs(amount) < size) return relative.format(Math.round(amount), unit)
    amount /= size
  }
  return exact(moment)
}

export function exact(moment: string | Date): string {
  return new Date(moment).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

export function day(moment: string | Date): string {
  return new Date(moment).toLocaleDateString(undefined, { dateStyle: 'medium' })
}

/** "3 s", "4 min 10 s", "2 h 5 min": the two largest units of a duration in seconds. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}
