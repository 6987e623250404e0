import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll } from 'vitest'
import { ModelManifest } from '#contracts/workers/model.ts'
import { nodeEngine } from '#workers/inference/engines/node.ts'
import { FAMILIES, familyManifest } from '../fixtures/tiny-family.ts'
import { inferenceEngineContract } from './inference-engine.ts'

const copies: string[] = []
afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true })
})

/** An engine over a copy of the model in `folder` that `change` was done to. */
const damaged = (folder: string, change: (copy: string) => void) => {
  const copy = mkdtempSync(join(tmpdir(), 'anteroom-model-'))
  copies.push(copy)
  cpSync(folder, copy, { recursive: true })
  change(copy)
  return nodeEngine(copy)
}

/** `special`: a text that the model's tokenizer takes for one special token. */
const subject = (folder: string, manifest: ModelManifest, special: string) => ({
  manifest,
  special,
  make: () => nodeEngine(folder),
  makeCorrupted: (path: string) =>
    damaged(folder, (copy) => {
      const bytes = readFileSync(join(copy, path))
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
      writeFileSync(join(copy, path), bytes)
    }),
  makeWithout: (path: string) => damaged(folder, (copy) => rmSync(join(copy, path))),
})

const TINY = resolve(import.meta.dirname, '../fixtures/tiny-llama/model-shards/model')
inferenceEngineContract('the Node engine', async () =>
  subject(TINY, ModelManifest.parse(JSON.parse(readFileSync(join(TINY, 'manifest.json'), 'utf8'))), '<|eos|>'),
)

/** SentencePiece with byte fallback, byte-level BPE with weights beside the graph, and an encoder with a decoder. */
const SPECIAL = { 'gemma-2': '<end_of_turn>', mistral: '[/INST]', 'qwen-2': '<|im_end|>', 'medical-mt5': '<extra_id_0>' }
for (const [name, special] of Object.entries(SPECIAL)) {
  inferenceEngineContract(`the Node engine with ${name}`, async () => ({
    ...subject(join(FAMILIES, name), await familyManifest(name), special),
    temperature: 2,
  }))
}
