import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AutoTokenizer } from '@huggingface/transformers'
import { describe, expect, it } from 'vitest'
import { continuation } from '#workers/inference/engines/onnx/continuation.ts'
import { serveFiles } from '#workers/inference/engines/served-files.ts'
import { tokenizerFacts, withoutSpecials } from '#workers/inference/engines/token-bytes.ts'
import { FAMILIES } from '../../fixtures/tiny-family.ts'

const open = async (name: string) => {
  const read = (path: string) => new Uint8Array(readFileSync(join(FAMILIES, name, path)))
  const files = new Map(['tokenizer.json', 'tokenizer_config.json', 'config.json'].map((p) => [p, read(p)]))
  const withdraw = serveFiles(name, files)
  const tokenizer = await AutoTokenizer.from_pretrained(name)
  withdraw()
  const json = JSON.parse(new TextDecoder().decode(read('tokenizer.json')))
  const facts = tokenizerFacts(json)
  if (!facts) throw new Error('no facts')
  return { json, facts, encode: (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false }) }
}
const textOf = (ids: readonly number[], bytes: readonly (Uint8Array | null)[]): string =>
  new TextDecoder().decode(Uint8Array.from(ids.flatMap((id) => [...(bytes[id] ?? [])])))

/** Every kind that the catalogue names; the first character may be SentencePiece's mark of a word. */
for (const name of ['gemma-2', 'mistral', 'qwen-2', 'medical-mt5']) {
  describe(`the tokenizer of ${name}`, () => {
    it('gives back in bytes what it took in', async () => {
      const { facts, encode } = await open(name)
      const texts =
        name === 'medical-mt5' ? ['fever and cough'] : ['{"text":"Evaluación: 38,5 °C — ñandú"}', '漢字 😀', ' two  spaces\n']
      for (const text of texts) expect(textOf(encode(text), facts.bytes).trimStart()).toBe(text.trimStart())
    })

    it('has a token for each byte, so that any grammar can be written', async () => {
      const { facts } = await open(name)
      const single = new Set(facts.bytes.flatMap((b) => (b?.length === 1 ? [b[0]] : [])))
      expect(single.size).toBe(256)
    })

    it('gives no bytes to special tokens, and names them', async () => {
      const { facts, json } = await open(name)
      for (const { id, content } of json.added_tokens) {
        expect(facts.bytes[id]).toBeNull()
        expect(facts.special).toContain(content)
      }
      const [{ content }] = json.added_tokens
      expect(withoutSpecials(`a ${content} b`, facts.special)).not.toContain(content)
    })

    it('goes on after other text without a space of its own', async () => {
      const { facts, encode } = await open(name)
      const goOn = continuation(encode, facts.bytes)
      for (const text of [',"cites":[', 'fever']) expect(textOf(goOn(text), facts.bytes)).toBe(text)
    })
  })
}

describe('tokenizerFacts', () => {
  it('leaves runs of spaces in messages alone, although some vocabularies list them as added tokens', () => {
    const facts = tokenizerFacts({
      model: { type: 'BPE', unk_token: '<unk>', vocab: { '<unk>': 0, '▁▁': 1, '\n\n': 2, '<eos>': 3, '▁a': 4, '<0x0A>': 5 } },
      added_tokens: ['▁▁', '\n\n', '<eos>'].map((content, i) => ({ id: i + 1, content })),
      decoder: { type: 'Sequence', decoders: [{ type: 'ByteFallback' }] },
    })
    expect(facts?.special).not.toContain('\n\n')
    expect(facts?.special).toContain('<eos>')
    expect(facts?.bytes.map((b) => b && [...b])).toEqual([null, null, null, null, [0x20, 0x61], [0x0a]])
  })

  it('breaks up turn marks that older models write as ordinary text', () => {
    const facts = tokenizerFacts({ model: { vocab: {} }, added_tokens: [], decoder: { type: 'Metaspace' } })
    expect(withoutSpecials('[/INST]', facts?.special ?? [])).not.toContain('[/INST]')
  })

  it('refuses other kinds of tokenizer', () => {
    expect(tokenizerFacts({ model: { vocab: { '##ing': 0 } }, added_tokens: [], decoder: { type: 'WordPiece' } })).toBeNull()
    expect(tokenizerFacts({ model: { vocab: { a: 0 } }, added_tokens: [] })).toBeNull()
    expect(tokenizerFacts(null)).toBeNull()
  })
})
