/** How well an entry of the palette answers what is typed: every word must be in it, and the start of a word beats its middle. */
export function paletteMatch(typed: string, label: string, rest: string): number {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const name = label.toLowerCase()
  const all = `${name} ${rest.toLowerCase()}`
  if (!words.every((word) => all.includes(word))) return 0
  if (words.every((word) => ` ${name}`.includes(` ${word}`))) return 1
  return words.every((word) => name.includes(word)) ? 0.7 : 0.4
}
