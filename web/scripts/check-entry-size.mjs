/** Fails when what a browser must fetch (scripts only, gzip) to sign in, or to show the frame, outgrows its budget. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const budgets = [
  { name: 'entry', of: (key, chunk) => chunk.isEntry, kilobytes: 110 },
  { name: 'frame of every page', of: (key) => key === 'src/app/Workspace.tsx', kilobytes: 180 },
]
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

function filesOf(key, files = new Set()) {
  const chunk = manifest[key]
  if (!files.has(chunk.file)) {
    files.add(chunk.file)
    for (const next of chunk.imports ?? []) filesOf(next, files)
  }
  return files
}

for (const { name, of, kilobytes } of budgets) {
  const keys = Object.keys(manifest).filter((key) => of(key, manifest[key]))
  const files = new Set(keys.flatMap((key) => [...filesOf(key)]))
  const sizes = [...files].map((file) => gzipSync(readFileSync(new URL(file, dist))).length / 1024)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  console.log(`${name}: ${total.toFixed(1)} kB gzip in ${files.size} files (budget ${kilobytes} kB)`)
  if (keys.length === 0 || total > kilobytes) {
    console.error(`The ${name} is over its budget: load the newest heavy import lazily.`)
    process.exitCode = 1
  }
}
