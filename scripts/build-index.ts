/**
 * npm run index -- [--out DIR]: checks the knowledge index, chunks the guidelines, embeds every passage with the bundled
 * embedder and writes content.json, passages.json, lay.json, voy.json and manifest.json. Exit code 1 names file and line of every error.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { IndexManifest } from '#contracts/content/index-manifest.ts'
import { buildDense, startVoy } from '#workers/retrieval/voy.ts'
import { compileBundle } from './content/compile-bundle.ts'
import { layWords } from './content/lay-words.ts'
import { asksByPassage, loadContent, loadPassages } from './content/load-content.ts'
import { openBundledEmbedder } from './content/open-embedder.ts'

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'build/index' }, help: { type: 'boolean', default: false } },
})
if (values.help) {
  console.log('npm run index -- [--out build/index]')
  process.exit(0)
}

const compiled = compileBundle()
if (!compiled.ok) {
  for (const p of compiled.error.problems) console.error(`${p.file}:${p.line}: ${p.message}`)
  process.exit(1)
}
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const passages = loadPassages()
const { embedder, hash } = await openBundledEmbedder()
await startVoy(readFileSync('node_modules/voy-search/voy_search_bg.wasm'))

const lay = layWords(compiled.value.protocols, compiled.value.lexicon, asksByPassage(loadContent()))
const unit = (v: Float32Array): Float32Array => {
  const norm = Math.hypot(...v)
  return norm === 0 ? v : v.map((x) => x / norm)
}
const sum = (vectors: readonly Float32Array[]): Float32Array =>
  new Float32Array(embedder.dimensions).map((_, i) => vectors.reduce((n, v) => n + (v[i] ?? 0), 0))

const rows: { id: string; vector: Float32Array }[] = []
for (const p of passages) {
  // Where its text and what it is asked for meet, as the embedder was trained (training/…/stages/tune/embedder.py).
  const [text, ...asked] = await embedder.embed([`${p.heading}: ${p.text}`, ...(lay[p.id]?.asks ?? [])])
  if (text) rows.push({ id: p.id, vector: unit(sum([text, unit(sum(asked))])) })
  if (rows.length % 32 === 0) process.stderr.write(`\rembedding passages ${rows.length}/${passages.length}`)
}
process.stderr.write('\n')

const files = {
  'content.json': JSON.stringify(compiled.value),
  'passages.json': JSON.stringify({ passages }),
  'voy.json': buildDense(rows),
  'lay.json': JSON.stringify(lay),
}
const hashes = {
  'content.json': sha256(files['content.json']),
  'passages.json': sha256(files['passages.json']),
  'voy.json': sha256(files['voy.json']),
  'lay.json': sha256(files['lay.json']),
}
const manifest: IndexManifest = {
  id: `index-${sha256(`${hashes['passages.json']} ${hashes['lay.json']} ${hash}`).slice(0, 16)}`,
  contentHash: compiled.value.hash,
  embedderId: embedder.id,
  embedderHash: hash,
  passages: rows.length,
  files: hashes,
}
mkdirSync(values.out, { recursive: true })
for (const [name, text] of Object.entries(files)) writeFileSync(join(values.out, name), text)
writeFileSync(join(values.out, 'manifest.json'), JSON.stringify(manifest, null, 2))
console.log(`${manifest.id}: ${compiled.value.protocols.length} protocols, ${rows.length} passages, embedder ${embedder.id}`)
