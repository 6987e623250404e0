import { describe, expect, it } from 'vitest'
import type { Finding } from '#contracts/clinical/finding.ts'
import { ComplaintModelFile } from '#contracts/content/acuity.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import { complaintFeatures, openComplaints, withLearntComplaint } from '#domain/acuity/complaint-model.ts'
import { complaintsOf } from '#domain/triage/complaints.ts'
import { protocol } from '../triage/fixture.ts'

const entry = (code: string, icpc2?: string, implies: string[] = []): [string, LexiconEntry] => [
  code,
  { code, label: { en: code, es: code }, kind: 'symptom', terms: { en: [], es: [] }, implies, ...(icpc2 ? { icpc2 } : {}) },
]
const entries = new Map([entry('earache', 'H01'), entry('deaf', 'H02'), entry('sudden-deaf', 'H02', ['deaf']), entry('odd')])
const ear = protocol('ear', { icpc2: 'H29', entry: ['earache', 'deaf', 'sudden-deaf', 'odd'] })
const said = (code: string, start: number): Finding => ({
  code,
  status: 'present',
  source: 'narrative',
  quote: { text: 'x', start, end: start + 1 },
})

describe('complaints', () => {
  it('are coded by the entry finding named first', () => {
    expect(complaintsOf([ear], [said('deaf', 9), said('earache', 2)], entries)).toEqual([{ icpc2: 'H01', protocolId: 'ear' }])
  })
  it('are coded by the protocol where no entry finding has a code', () => {
    expect(complaintsOf([ear], [said('odd', 1)], entries)[0]?.icpc2).toBe('H29')
    expect(complaintsOf([ear], [], entries)[0]?.icpc2).toBe('H29')
  })
})

describe('the learnt code of a complaint', () => {
  const BUCKETS = 256
  const input = { words: 'cannot hear', present: [], hints: [], protocols: ['ear'] }
  const { words } = complaintFeatures(input, BUCKETS)
  const weights = new Int8Array(2 * 2 * BUCKETS)
  for (const b of words) weights[2 * BUCKETS + b] = 100
  const b64 = (a: Int8Array | Float32Array): string => Buffer.from(a.buffer).toString('base64')
  const model = openComplaints(
    ComplaintModelFile.parse({
      codes: ['H01', 'H02'],
      buckets: BUCKETS,
      knownWeight: 0.5,
      weights: b64(weights),
      scales: b64(Float32Array.from([1, 1])),
      intercepts: b64(Float32Array.from([0, 0])),
    }),
  )
  const named = [
    { icpc2: 'H01', protocolId: 'ear' },
    { icpc2: 'R74', protocolId: 'cold' },
  ]
  it('names the first complaint and leaves the others', () => {
    expect(withLearntComplaint(named, model, input).map((c) => c.icpc2)).toEqual(['H02', 'R74'])
  })
  it('yields to what the rules name where it knows nothing', () => {
    expect(withLearntComplaint(named, model, { ...input, words: '' })[0]?.icpc2).toBe('H01')
    expect(withLearntComplaint(named, undefined, input)).toEqual(named)
    expect(withLearntComplaint([], model, input)).toEqual([])
  })
})
