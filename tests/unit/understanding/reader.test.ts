import { describe, expect, it } from 'vitest'
import { ReaderFile } from '#contracts/content/reader.ts'
import { bytesOf, floatsOf } from '#domain/understanding/reader/base64.ts'
import { openReader, windowScorer } from '#domain/understanding/reader/network.ts'
import { readHits } from '#domain/understanding/reader/read-hits.ts'
import { gramsOf, hashOf } from '#domain/understanding/reader/vectors.ts'
import { fold } from '#domain/understanding/text/fold.ts'
import { plainWords } from '#domain/understanding/text/plain-words.ts'
import { tokenise } from '#domain/understanding/text/tokens.ts'
import { tinyReader } from './reader-fixture.ts'

describe('base64', () => {
  it.each(['', 'a', 'ab', 'abc', 'abcd', '\u0000\u00ff~'])('gives back the bytes of %j', (text) => {
    const bytes = Buffer.from(text, 'latin1')
    expect([...bytesOf(bytes.toString('base64'))]).toEqual([...bytes])
  })
  it('reads float32 values', () => {
    expect([...floatsOf(Buffer.from(Float32Array.from([1.5, -2]).buffer).toString('base64'))]).toEqual([1.5, -2])
  })
})

describe('sub-word vectors', () => {
  it('hash as fastText does (FNV-1a; bytes from 128 on are negative)', () => {
    expect([hashOf(''), hashOf('a'), hashOf('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
    // UTF-8 c3 b1: h = (2166136261 ^ 0xffffffc3) * 16777619, then the same with 0xffffffb1.
    const step = (h: number, b: number): number => Math.imul(h ^ (b | 0xffffff00), 16777619) >>> 0
    expect(hashOf('ñ')).toBe(step(step(2166136261, 0xc3), 0xb1))
  })
  it('are made of the n-grams between the marks of a word', () => {
    expect(gramsOf('ab')).toEqual(['<ab', 'ab>', '<ab>'])
  })
})

describe('plain words', () => {
  it('have no accents, apostrophes or figures', () => {
    expect(plainWords("Can't BREATHE, 39.5 — Garganta inflamadá")).toEqual(['cant', 'breathe', '0', '0', 'garganta', 'inflamada'])
  })
})

describe('the reader', () => {
  const reader = openReader(ReaderFile.parse(tinyReader))
  const hits = (text: string, threshold = 0.9) => readHits(text, tokenise(fold(text), 'en'), reader, threshold)

  it('scores a window by the best place in it', () => {
    const score = windowScorer(reader, ['it', 'throbs', 'nope'])
    expect(score(0, 1)[0]).toBeLessThan(0.01)
    expect(score(0, 2)[0]).toBeGreaterThan(0.99)
    expect(score(0, 2)[1]).toBeLessThan(0.01)
    expect(score(0, 3)[1]).toBeGreaterThan(0.99)
  })
  it('gives the words a finding rests on, once a sentence', () => {
    expect(hits('my head throbs all day')).toMatchObject([{ code: 'ache', first: 2, end: 3 }])
    expect(hits('it throbs and throbs. today it throbs')).toHaveLength(2)
    expect(hits('nothing at all')).toEqual([])
  })
  it('says nothing of what it takes for denied', () => {
    expect(hits('throbs nope')).toHaveLength(1)
    expect(hits('nope')).toEqual([])
  })
})
