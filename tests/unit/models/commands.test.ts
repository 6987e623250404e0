import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runModels } from '../../../scripts/models/commands.ts'

const TINY = resolve(import.meta.dirname, '../../fixtures/tiny-llama/model-shards')
let folder: string
let shards: string
let model: string
let key: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anteroom-models-'))
  shards = join(folder, 'model-shards')
  model = join(shards, 'model')
  key = join(folder, 'key.jwk')
  cpSync(TINY, shards, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

const models = async (...args: string[]) => {
  const lines: string[] = []
  const code = await runModels([...args, '--shards', shards, '--store', join(folder, 'store')], (line) => lines.push(line))
  return { code, text: lines.join('\n') }
}
const makeSigned = async () => {
  await models('keygen', '--key', key)
  await models('trust', '--key', key)
  return models('sign', model, '--key', key)
}
const flip = (file: string): void => {
  const bytes = readFileSync(file)
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
  writeFileSync(file, bytes)
}

describe('npm run models', () => {
  it('accepts an unsigned model, unless a signature is required', async () => {
    expect(await models('verify')).toMatchObject({ code: 0, text: expect.stringMatching(/verified, unsigned$/) })
    expect(await models('verify', '--require-signature')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/signature missing$/),
    })
  })

  it('makes a key that only its owner reads, signs with it and verifies', async () => {
    expect(await makeSigned()).toMatchObject({ code: 0 })
    expect(statSync(key).mode & 0o077).toBe(0)
    const verified = { code: 0, text: expect.stringMatching(/verified, signed by \S+$/) }
    expect(await models('verify', '--require-signature')).toMatchObject(verified)
    expect(await models('verify', model, '--require-signature')).toMatchObject(verified)
    expect(readFileSync(join(shards, 'trusted-keys.json'), 'utf8')).not.toContain('"d"')
  })

  it('refuses a manifest that changed after signing, though its own hashes still hold', async () => {
    await makeSigned()
    const file = join(model, 'manifest.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"0.0.0"', '"9.9.9"'))
    expect(await models('verify')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/verified, signature refused: bad-signature$/),
    })
  })

  it('refuses a changed shard, signed or not', async () => {
    await makeSigned()
    flip(join(model, 'tokenizer.json'))
    expect(await models('verify')).toMatchObject({ code: 1, text: expect.stringMatching(/shard-mismatch, signed by/) })
  })

  it('refuses a signature once its key is trusted no more', async () => {
    await makeSigned()
    rmSync(join(shards, 'trusted-keys.json'))
    expect(await models('verify')).toMatchObject({ code: 1, text: expect.stringMatching(/signature refused: unknown-key$/) })
  })

  it('signs with a trusted key only', async () => {
    await models('keygen', '--key', key)
    expect(await models('sign', model, '--key', key)).toMatchObject({ code: 1, text: expect.stringMatching(/not trusted yet/) })
    expect(existsSync(join(model, 'manifest.jws'))).toBe(false)
  })

  it('leaves existing keys alone, and makes none in the repository', async () => {
    await models('keygen', '--key', key)
    const before = readFileSync(key)
    expect((await models('keygen', '--key', key)).code).toBe(1)
    expect(readFileSync(key)).toEqual(before)
    const inside = join(import.meta.dirname, 'key.jwk')
    expect((await models('keygen', '--key', inside)).code).toBe(1)
    expect(existsSync(inside)).toBe(false)
  })

  it('says in one line when a key or a manifest cannot be read', async () => {
    writeFileSync(key, '{}')
    for (const command of [['trust'], ['sign', model]])
      expect(await models(...command, '--key', key)).toMatchObject({
        code: 1,
        text: expect.stringMatching(/^no private key in [^\n]*$/),
      })
    writeFileSync(join(model, 'manifest.json'), '{}')
    expect(await models('verify')).toMatchObject({ code: 1, text: expect.stringMatching(/manifest-invalid$/) })
  })

  it('explains itself when used wrongly', async () => {
    for (const args of [['sign'], ['keygen'], ['nothing'], ['list', 'x'], ['verify', '--no-such-option']])
      expect(await models(...args)).toMatchObject({ code: 2, text: expect.stringMatching(/keygen --key FILE/) })
  })
})
