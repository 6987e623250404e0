import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RetrievalPreference } from '#contracts/workers/retrieval.ts'
import { meanPool } from '#workers/retrieval/embedder.ts'
import { hybridIndex, meanScores } from '#workers/retrieval/hybrid-index.ts'
import { openIndex } from '#workers/retrieval/open-index.ts'
import { buildDense, openDense, startVoy } from '#workers/retrieval/voy.ts'
import { passage } from '../../fixtures/passage.ts'

const passages = [
  passage('throat#fluids', 'Self-care', 'Drink fluids and rest while the sore throat settles.', ['sore-throat']),
  passage('throat#airway', 'Airway', 'Drooling or noisy breathing needs help now.', ['sore-throat']),
  passage('urine#bladder', 'Bladder', 'Burning when passing urine suggests a bladder infection.', ['urinary']),
]

/** Two axes: throat and urine. Enough to see which list a hit came from. */
const embedder = {
  id: 'fake',
  dimensions: 2,
  embed: async (texts: readonly string[]) =>
    texts.map((t) => Float32Array.from(/urin|pee|bladder/i.test(t) ? [0, 1] : /airway|drool/i.test(t) ? [0.8, 0.6] : [1, 0])),
}

let serialised = ''
beforeAll(async () => {
  await startVoy(readFileSync('node_modules/voy-search/voy_search_bg.wasm'))
  const vectors = await embedder.embed(passages.map((p) => `${p.heading} ${p.text}`))
  serialised = buildDense(passages.map((p, i) => ({ id: p.id, vector: vectors[i] ?? new Float32Array(2) })))
})

const none: RetrievalPreference = { protocols: {}, sections: {} }

describe('the mean over wordings', () => {
  it('counts what a wording does not find as 0', () => {
    const mean = meanScores([
      new Map([
        ['a', 1],
        ['b', 0.5],
      ]),
      new Map([['b', 1]]),
    ])
    expect([...mean]).toEqual([
      ['a', 0.5],
      ['b', 0.75],
    ])
  })

  it('stays between 0 and 1 for any lists that do', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const lists = fc.array(fc.dictionary(fc.string({ maxLength: 2 }), share), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(lists, (all) =>
        [...meanScores(all.map((l) => new Map(Object.entries(l)))).values()].every((x) => x >= 0 && x <= 1 + 1e-9),
      ),
    )
  })
})

describe('the hybrid index', () => {
  const open = () => hybridIndex(passages, openDense(serialised), embedder)
  const query = (text: string, prefer: RetrievalPreference = none) => open().query({ texts: [text], prefer, k: 3 })

  it('finds by meaning what shares no word', async () => {
    const [first] = await query('hurts when i pee')
    expect(first?.passage.id).toBe('urine#bladder')
    expect(first?.denseRank).toBe(1)
  })

  it('finds by word what the embedder cannot tell apart', async () => {
    const [first] = await query('fluids')
    expect(first).toMatchObject({ passage: { id: 'throat#fluids' }, lexicalRank: 1 })
  })

  it('finds a passage by the lay words it is asked for, in either language', async () => {
    const lay = { 'throat#airway': { reasons: '', words: 'dribbling', spanish: 'no puede tragar saliva', asks: [] } }
    const index = hybridIndex(passages, openDense(serialised), embedder, lay)
    for (const text of ['he dribbles', 'no puedo tragar la saliva'])
      expect((await index.query({ texts: [text], prefer: none, k: 3 })).find((f) => f.lexicalRank === 1)?.passage.id).toBe(
        'throat#airway',
      )
  })

  it('puts what is preferred first and shuts nothing out', async () => {
    const text = 'burning when passing urine'
    expect((await query(text))[0]?.passage.id).toBe('urine#bladder')
    const found = await query(text, { protocols: { 'sore-throat': 10 }, sections: { airway: 1 } })
    expect(found.map((f) => f.passage.id)).toEqual(['throat#airway', 'throat#fluids', 'urine#bladder'])
    expect(found.at(-1)?.lexicalRank).toBe(1)
  })

  it('a light preference does not hide what the words say', async () => {
    const [first] = await query('burning when passing urine', { protocols: { 'sore-throat': 0.4 }, sections: {} })
    expect(first?.passage.id).toBe('urine#bladder')
  })
})

describe('opening an index', () => {
  const bytes = (text: string) => new Uint8Array(new TextEncoder().encode(text))
  const hex = (text: string) => Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64)
  const source = (files: Record<string, string>) => ({
    fetch: async (path: string) => ({
      status: files[path] ? 200 : 404,
      bytes: files[path] === undefined ? null : bytes(files[path]),
    }),
  })
  const manifest = {
    id: 'index-1',
    contentHash: hex('c'),
    embedderId: 'fake',
    embedderHash: hex('e'),
    passages: 3,
    files: { 'content.json': hex('x'), 'passages.json': hex('x'), 'voy.json': hex('x'), 'lay.json': hex('x') },
  }

  it('refuses a file whose hash differs, and an index made with another embedder', async () => {
    const files = { 'passages.json': JSON.stringify({ passages }), 'voy.json': serialised }
    expect(await openIndex(manifest, source(files), embedder, hex('e'))).toEqual({ ok: false, error: { type: 'index-mismatch' } })
    expect(await openIndex(manifest, source({}), embedder, hex('e'))).toEqual({
      ok: false,
      error: { type: 'index-missing', status: 404 },
    })
    expect(await openIndex(manifest, source(files), embedder, hex('other'))).toEqual({
      ok: false,
      error: { type: 'index-mismatch' },
    })
  })
})

describe('mean pooling', () => {
  it('leaves padding out and answers unit vectors', () => {
    const [v] = meanPool(Float32Array.from([3, 0, 0, 4, 9, 9]), [[true, true, false]], 2)
    expect([...(v ?? [])].map((x) => Math.round(x * 100) / 100)).toEqual([0.6, 0.8])
  })
})
