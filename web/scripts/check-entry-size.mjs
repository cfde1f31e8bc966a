/** Fails when what a browser must fetch before the first page (scripts only, gzip) outgrows its budget. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 150
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const wanted = new Set()
const visit = (key) => {
  const chunk = manifest[key]
  if (wanted.has(chunk.file)) return
  wanted.add(chunk.file)
  for (const next of chunk.imports ?? []) visit(next)
}
for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(key)

let total = 0
for (const file of wanted) {
  const bytes = gzipSync(readFileSync(new URL(file, dist))).length
  total += bytes
  console.log(`${(bytes / 1024).toFixed(1).padStart(8)} kB  ${file}`)
}
const kilobytes = total / 1024
console.log(`${kilobytes.toFixed(1).padStart(8)} kB  entry, gzip (budget ${BUDGET_KB} kB)`)
if (kilobytes > BUDGET_KB) {
  console.error('The entry is over its budget: load the newest heavy import lazily.')
  process.exit(1)
}
