/** Colours people read keep a contrast of 4.5 to their ground (WCAG AA), borders of fields 3, in both themes. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync('src/ui/theme.css', 'utf8')

function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? ''
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]]),
  ) as never
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const grounds = ['paper', 'surface', 'raised', 'sunken', 'hover']
const texts = ['ink', 'ink-2', 'ink-3', 'accent', 'accent-ink', 'bad', 'warn', 'good', 'info', 'copper']
const pairs: [string, string, number][] = [
  ...grounds.flatMap((ground) => texts.map((text): [string, string, number] => [text, ground, 4.5])),
  ...['accent', 'copper', 'good', 'bad', 'warn', 'info'].map((tone): [string, string, number] => [
    tone === 'accent' ? 'accent-ink' : tone,
    `${tone}-soft`,
    4.5,
  ]),
  ['ink', 'accent-soft', 4.5],
  ['ink-2', 'accent-soft', 4.5],
  ['ink-2', 'neutral-soft', 4.5],
  ['ink', 'bad-soft', 4.5],
  ['ink-2', 'bad-soft', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-hover', 4.5],
  ['on-bad', 'bad', 4.5],
  ['rail-ink', 'rail-active', 4.5],
  ['rail-ink-2', 'rail', 4.5],
  ['rail-ink-2', 'rail-hover', 4.5],
  ...['paper', 'surface', 'raised'].map((ground): [string, string, number] => ['line-strong', ground, 3]),
  ...['paper', 'surface', 'raised'].map((ground): [string, string, number] => ['focus', ground, 3]),
]

describe.each([
  ['light', tokens(':root')],
  ['dark', { ...tokens(':root'), ...tokens("[data-theme='dark']") }],
])('%s', (_, colours) => {
  it.each(pairs)('%s on %s reaches %d', (text, ground, least) => {
    expect(contrast(colours[text] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(least)
  })
})
