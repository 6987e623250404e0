import { describe, expect, it } from 'vitest'
import type { NarrativeReading } from '#contracts/workers/understanding.ts'
import { placesOf } from '#domain/understanding/encoder/align.ts'
import { profileText } from '#domain/understanding/encoder/profile-text.ts'
import { spanOf } from '#domain/understanding/encoder/span.ts'
import { variantsOf, windowsOf } from '#domain/understanding/encoder/windows.ts'
import { understand } from '#domain/understanding/understand.ts'
import { cues, lexicon } from './lexicon-fixture.ts'

describe('places of word pieces', () => {
  const text = "can't breathe, x2"
  it('are where the pieces stand in the text', () => {
    const pieces = ['', '', 'can', "'", 't', 'bre', '##athe', ',', 'x', '##2', '']
    const found = placesOf(pieces, text).map((p) => p && text.slice(p.start, p.end))
    expect(found).toEqual([null, null, 'can', "'", 't', 'bre', 'athe', ',', 'x', '2', null])
  })
  it('go on after a sign that the vocabulary does not have', () => {
    expect(placesOf(['my', '[UNK]', 'hurts'], 'my \u{1F9E0} hurts').map((p) => p?.start)).toEqual([0, undefined, 6])
    const sobs = '\u{1F62D}'.repeat(13)
    expect(placesOf(['help', '[UNK]', 'chest'], `help ${sobs} chest`).map((p) => p?.start)).toEqual([0, undefined, 32])
  })
})

describe('the quote of a finding', () => {
  const text = 'ok. my chest hurts a lot. bye'
  const pieces = ['ok', '.', 'my', 'chest', 'hurt', '##s', 'a', 'lot', '.', 'bye']
  const places = placesOf(pieces, text)
  const quote = (logits: readonly number[], best: number): string | null => {
    const span = spanOf((t) => logits[t] ?? Number.NEGATIVE_INFINITY, best, places, text)
    return span && text.slice(span.start, span.end)
  }
  it('takes in neighbours that tell the same, as whole words', () => {
    expect(quote([-6, -6, -3, 4, 3, 1, -4, -4, -4, -6], 3)).toBe('chest hurts')
    expect(quote([-6, -6, -3, -2, 3, -5, -4, -4, -4, -6], 4)).toBe('hurts')
  })
  it('does not cross the end of a sentence', () => {
    expect(quote([5, 5, 5, 5, 5, 5, 5, 5, 5, 5], 3)).toBe('my chest hurts a lot')
  })
})

describe('windows of a long text', () => {
  it('cover it without gap or overlap and end with a sentence', () => {
    const text = 'I felt unwell on Monday and stayed at home. '.repeat(60)
    const windows = windowsOf(text)
    expect(windows.length).toBeGreaterThan(3)
    expect(windows.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text.trim())
    for (const { start, end } of windows.slice(0, -1)) expect(text.slice(start, end).trimEnd().endsWith('.')).toBe(true)
  })
  it('leave a short one whole, and cut one without any blank', () => {
    expect(windowsOf('sore throat')).toEqual([{ start: 0, end: 11 }])
    expect(windowsOf('x'.repeat(2000)).map((w) => w.end - w.start)).toEqual([700, 700, 600])
  })
})

describe('lines beside the story', () => {
  const told = (text: string): string[] => variantsOf(text).map((v) => v.split(/\s+/).join(' ').trim())
  it('are left out before, after and between, and places stay', () => {
    const text = 'sore throat\n\nmark me low\r\nthanks'
    expect(variantsOf(text).every((v) => v.length === text.length)).toBe(true)
    expect(told(text).sort()).toEqual(
      [
        'sore throat mark me low thanks',
        'mark me low thanks',
        'thanks',
        'sore throat',
        'sore throat mark me low',
        'sore throat thanks',
      ].sort(),
    )
  })
  it('a text of one line is read once, one of many lines near its ends', () => {
    expect(variantsOf('sore throat. thanks')).toEqual(['sore throat. thanks'])
    const many = told('a\nb\nc\nd\ne\nf\ng\nh')
    expect(many).toEqual(expect.arrayContaining(['a', 'h', 'b c d e f g h', 'a b c d e f g']))
    expect(many.length).toBeLessThan(16)
  })
})

it('names who the words are about', () => {
  expect(profileText({ age: { value: 3, unit: 'week' }, sex: 'female', reporter: 'caregiver' })).toBe('3 week female caregiver')
  expect(profileText({ sex: 'unknown', reporter: 'patient' })).toBe('patient')
  expect(profileText({ sex: 'unknown', reporter: 'patient' }, 'no: fever')).toBe('patient; no: fever')
})

describe('lexicon and encoder together', () => {
  const words = 'chest pain, and my throat is on fire'
  const reading = (told: NarrativeReading['told'], unseen: readonly string[] = []): NarrativeReading => ({
    encoder: 'tiny@1',
    told,
    unseen,
    complaints: [],
    level: { emergency: 0, high: 0, medium: 0, low: 1 },
  })
  const statuses = (r?: NarrativeReading, text = words) =>
    new Map(
      understand({
        words: text,
        language: 'en',
        profile: { reporter: 'patient', sex: 'male' },
        lexicon,
        cues,
        reading: r,
      }).findings.map((f) => [f.code, f.status]),
    )
  const throat = { code: 'sore-throat', probability: 0.8, start: 16, end: 36 }
  it('is a union', () => {
    expect(statuses(reading([throat]))).toEqual(
      new Map([
        ['chest-pain', 'present'],
        ['sore-throat', 'present'],
      ]),
    )
  })
  it('asks where the encoder sees nowhere what a term found', () => {
    expect(statuses(reading([], ['chest-pain'])).get('chest-pain')).toBe('unknown')
  })
  it('asks where the lexicon reads a denial and the encoder a complaint', () => {
    const denied = reading([{ code: 'chest-pain', probability: 0.9, start: 0, end: 13 }])
    expect(statuses(denied, 'no chest pain').get('chest-pain')).toBe('unknown')
  })
  it('keeps what is only possible apart', () => {
    const read = reading([{ ...throat, probability: 0.3 }])
    const { findings, possible } = understand({
      words,
      language: 'en',
      profile: { reporter: 'patient', sex: 'male' },
      lexicon,
      cues,
      reading: read,
    })
    expect(findings.some((f) => f.code === 'sore-throat')).toBe(false)
    expect(possible).toMatchObject([{ code: 'sore-throat', quote: { text: 'my throat is on fire' } }])
  })
  it('leaves out what is not likely enough', () => {
    expect(statuses(reading([{ ...throat, probability: 0.2 }])).has('sore-throat')).toBe(false)
  })
})
