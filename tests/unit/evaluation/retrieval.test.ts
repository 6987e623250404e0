import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { LabelledQuery } from '#contracts/evaluation/retrieval-query.ts'
import { prepareContent } from '#domain/assessment/assess.ts'
import { covered, firstHit, summarizeRanking } from '#evaluation/metrics/ranking.ts'
import { loadQueries } from '#evaluation/retrieval/load-queries.ts'
import { retrieval } from '#evaluation/studies/retrieval.ts'
import { hybridIndex } from '#workers/retrieval/hybrid-index.ts'
import { buildDense, openDense, startVoy } from '#workers/retrieval/voy.ts'
import { passage } from '../../fixtures/passage.ts'
import { bundle } from './fixture.ts'

const ranked = (ids: string[], relevant: string[]) => ({ ids, relevant })

describe('ranking metrics', () => {
  it('find the first place of any relevant id', () => {
    expect(firstHit(ranked(['a', 'b', 'c'], ['c', 'b']))).toBe(2)
    expect(firstHit(ranked(['a'], ['b']))).toBeNull()
    expect(covered(ranked(['a', 'b', 'c'], ['a', 'c']), 2)).toBe(0.5)
  })
  it('count a query at k when its first hit is at k or before', () => {
    const { recall, mrr, coverage5 } = summarizeRanking([
      ranked(['x', 'y', 'hit'], ['hit']),
      ranked(['hit'], ['hit']),
      ranked(['x'], ['hit']),
      ranked(['a', 'b', 'c', 'd', 'e', 'hit'], ['hit']),
    ])
    expect(recall.map((e) => e.value)).toEqual([0.25, 0.5, 0.5, 0.75])
    expect(recall[2]).toMatchObject({ n: 4 })
    expect(mrr.value).toBeCloseTo((1 / 3 + 1 + 0 + 1 / 6) / 4)
    expect(coverage5.value).toBe(0.5)
  })
})

const passages = [
  passage('throat#fluids', 'Heading', 'Sips of water ease a sore throat.', ['throat']),
  passage('throat#airway', 'Heading', 'Drooling needs help now.', ['throat']),
  passage('skin#drool', 'Heading', 'Drooling makes the chin red.', ['skin']),
]
const query = (more: Partial<LabelledQuery>): LabelledQuery => ({
  id: 'q1',
  language: 'en',
  reporter: 'patient',
  sex: 'unknown',
  query: 'sore throat and drooling',
  relevant: ['throat#airway'],
  family: 'throat',
  split: 'tune',
  ...more,
})

describe('the retrieval study', () => {
  beforeAll(async () => startVoy(readFileSync('node_modules/voy-search/voy_search_bg.wasm')))

  it('asks by words, within the complaint and as the app asks, and names what was missed', async () => {
    const embedder = {
      id: 'flat',
      dimensions: 2,
      embed: async (texts: readonly string[]) => texts.map(() => Float32Array.from([1, 0])),
    }
    const dense = openDense(buildDense(passages.map(({ id }) => ({ id, vector: Float32Array.from([1, 0]) }))))
    const queries = [query({}), query({ id: 'q2', query: 'red chin', relevant: ['skin#drool'], family: 'skin', language: 'es' })]
    let ticks = 0
    const index = hybridIndex(passages, dense, embedder)
    const content = prepareContent(bundle(), passages)
    const { rows, missed } = await retrieval(queries, index, content, undefined, () => {
      ticks++
    })
    expect(ticks).toBe(2)
    const row = (asked: string, system: string, language = 'all') =>
      rows.find((r) => r.asked === asked && r.system === system && r.language === language)?.summary
    expect(row('words, all passages', 'lexical', 'es')).toMatchObject({ n: 1 })
    expect(row('words, all passages', 'lexical', 'es')?.mrr.value).toBe(1)
    expect(row('words, complaint known', 'hybrid')?.recall[1]?.value).toBe(1)
    expect(row('as the app asks', 'prompt')?.n).toBe(2)
    expect(missed).not.toContain('q1')
  })
})

describe('labelled queries', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anteroom-queries-'))
  const byId = new Map(passages.map((p) => [p.id, p]))
  const load = (lines: unknown[]) => {
    const file = join(folder, 'q.jsonl')
    writeFileSync(file, lines.map((l) => JSON.stringify(l)).join('\n'))
    return loadQueries(file, byId)
  }
  it('are refused with file and line when a passage is not there or an id is used twice', () => {
    expect(load([query({})])).toMatchObject({ ok: true })
    const gone = load([query({}), query({ id: 'q2', relevant: ['throat#gone'] })])
    expect(gone.ok ? '' : gone.error.message).toMatch(/q\.jsonl:2: no passage throat#gone/)
    const twice = load([query({}), query({})])
    expect(twice.ok ? '' : twice.error.message).toMatch(/used twice/)
  })

  it('of the repository cover the guidelines, and no family stands on both sides', () => {
    const lines = readFileSync('evaluation/retrieval/queries.jsonl', 'utf8').trim().split('\n')
    const all = lines.map((l) => JSON.parse(l) as LabelledQuery)
    const side = (split: string) => all.filter((q) => q.split === split)
    expect(side('test').length).toBeGreaterThanOrEqual(400)
    expect(all.filter((q) => q.language === 'es').length).toBeGreaterThanOrEqual(60)
    expect(new Set(all.map((q) => q.family)).size).toBeGreaterThanOrEqual(90)
    const tuned = new Set(side('tune').map((q) => q.family))
    expect(side('test').filter((q) => tuned.has(q.family))).toEqual([])
  })
})
