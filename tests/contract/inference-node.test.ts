import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll } from 'vitest'
import { ModelManifest } from '#contracts/workers/model.ts'
import { nodeEngine } from '#workers/inference/engines/node.ts'
import { inferenceEngineContract } from './inference-engine.ts'

const TINY = resolve(import.meta.dirname, '../fixtures/tiny-llama/model-shards/model')
const copies: string[] = []
afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true })
})

/** An engine over a copy of the tiny model that `change` was done to. */
const damaged = (change: (folder: string) => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'anteroom-model-'))
  copies.push(folder)
  cpSync(TINY, folder, { recursive: true })
  change(folder)
  return nodeEngine(folder)
}

inferenceEngineContract('the Node engine', async () => ({
  manifest: ModelManifest.parse(JSON.parse(readFileSync(join(TINY, 'manifest.json'), 'utf8'))),
  make: () => nodeEngine(TINY),
  makeCorrupted: (path) =>
    damaged((folder) => {
      const bytes = readFileSync(join(folder, path))
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
      writeFileSync(join(folder, path), bytes)
    }),
  makeWithout: (path) => damaged((folder) => rmSync(join(folder, path))),
}))
