import { beforeAll, describe, expect, it } from 'vitest'
import { isEnd, startOf, step } from '#workers/inference/constrain/automaton.ts'
import { hasChar, PLAIN_CHARS } from '#workers/inference/constrain/char-set.ts'
import { compileSchema } from '#workers/inference/constrain/compile-schema.ts'
import { schemaGrammar } from '#workers/inference/constrain/ebnf.ts'
import { openSchema } from '../../fixtures/open-schema.ts'
import { xgrammar } from './xgrammar.ts'

const GRAPH = {
  start: [
    ['Possible ', 'what'],
    ['Es posible ', 'what'],
  ],
  next: {
    what: [
      ['cough', 'end'],
      ['año “x”', 'more'],
    ],
    more: [
      [' and ', 'what'],
      [' still', 'more'],
    ],
  },
  end: ['end', 'more'],
}
const SCHEMA = {
  type: 'object',
  properties: {
    'a "b"': { const: { quoted: '\\ "x" \n', n: [1, null], far: '😀é' } },
    level: { enum: ['é1', 'è1', 'high'] },
    sure: { type: 'boolean' },
    word: { type: 'string', pattern: '^Año: [a-z\\]\\-]{2,4}9?$' },
    free: { type: 'string', minLength: 1, maxLength: 3 },
    said: { type: 'string', graph: GRAPH, prefix: 'So: ' },
    cites: { type: 'array', minItems: 1, maxItems: 3, prefixItems: [{ const: 'p1' }], items: { enum: ['f1', 'f10'] } },
    none: { type: 'array', maxItems: 2, items: { const: 1 } },
  },
  required: ['a "b"', 'level', 'sure', 'word', 'free', 'said', 'cites', 'none'],
  additionalProperties: false,
}
const VALUE = {
  'a "b"': { quoted: '\\ "x" \n', n: [1, null], far: '😀é' },
  level: 'è1',
  sure: false,
  word: 'Año: a]-',
  free: 'ñ',
  said: 'So: Es posible año “x” still and cough',
  cites: ['p1', 'f10'],
  none: [],
}
const GOOD = [
  VALUE,
  { ...VALUE, word: 'Año: abcd9', free: 'ñ“ ', said: 'So: Possible cough', cites: ['p1'], none: [1, 1] },
  { ...VALUE, said: 'So: Possible año “x” still still', cites: ['p1', 'f1', 'f1'], none: [1] },
].map((v) => JSON.stringify(v))
const BAD = [
  JSON.stringify(VALUE, null, 1),
  `${JSON.stringify(VALUE)} `,
  JSON.stringify(VALUE).slice(0, -1),
  ...[
    { level: 'low' },
    { sure: null },
    { word: 'Año: a' },
    { word: 'Año: abcdex' },
    { word: 'año: ab' },
    { free: '' },
    { free: 'abcd' },
    { free: '"' },
    { free: '\\' },
    { free: '\u0000' },
    { free: 'a\u200b' },
    { free: '\u{1f600}' },
    { said: 'So: Possible' },
    { said: 'So: cough' },
    { said: 'So: Possible cough and cough' },
    { cites: [] },
    { cites: ['f1'] },
    { cites: ['p1', 'f1', 'f1', 'f1'] },
    { none: [1, 1, 1] },
    { extra: 1 },
  ].map((change) => JSON.stringify({ ...VALUE, ...change })),
]

/** What our own decoder says of the same text. */
const ours = (text: string): boolean => {
  const compiled = compileSchema(SCHEMA)
  if (!compiled.ok) throw new Error(compiled.error.keyword)
  let at: ReturnType<typeof step> = startOf(compiled.value)
  for (const byte of new TextEncoder().encode(text)) at = at && step(at, byte)
  return at !== undefined && isEnd(at)
}

describe('the schema as a grammar for web-llm', () => {
  let accepts: (text: string) => Promise<boolean>
  beforeAll(async () => {
    const grammar = schemaGrammar(SCHEMA)
    if (!grammar.ok) throw new Error(grammar.error.keyword)
    accepts = await xgrammar(grammar.value)
  })

  it.each(GOOD.map((text, n) => ({ n, text })))('xgrammar and our decoder write good text $n', async ({ text }) => {
    expect(ours(text)).toBe(true)
    expect(await accepts(text)).toBe(true)
  })

  it.each(BAD.map((text, n) => ({ n, text })))('neither writes bad text $n', async ({ text }) => {
    expect(ours(text)).toBe(false)
    expect(await accepts(text)).toBe(false)
  })

  it('lets nothing through a class that our decoder would not write', async () => {
    const free = schemaGrammar({ type: 'string', minLength: 1, maxLength: 2 })
    if (!free.ok) throw new Error(free.error.keyword)
    const isText = await xgrammar(free.value)
    const written: number[] = []
    const every = (n: number): number => (n < 0x250 || (n >= 0x2000 && n < 0x2300) ? 1 : 64)
    for (let point = 0; point < 0x3000; point += every(point))
      if (await isText(`"${String.fromCodePoint(point)}"`)) written.push(point)
    expect(written.filter((point) => !hasChar(PLAIN_CHARS, point))).toEqual([])
    expect(written.length).toBeGreaterThan(250)
    expect([...'azAZ09 áéíóúüñ¿¡°ßøőœ–“”‘’…≥'].filter((c) => !written.includes(c.codePointAt(0) ?? -1))).toEqual([])
  })

  it('takes a whole assessment', async () => {
    const grammar = schemaGrammar(openSchema('en', 'high', ['f1', 'p1']))
    if (!grammar.ok) throw new Error(grammar.error.keyword)
    const statement = { text: 'Cough for a week.', cites: ['f1'] }
    const whole = {
      level: 'high',
      summary: 'Preliminary assessment: possible infection.',
      concerns: [statement],
      actions: [statement, { text: 'Examine soon.', cites: ['p1', 'f1'] }],
      disclaimer: 'Requires nurse review. Not a diagnosis.',
    }
    const isWhole = await xgrammar(grammar.value)
    expect(await isWhole(JSON.stringify(whole))).toBe(true)
    expect(await isWhole(JSON.stringify({ ...whole, level: 'low' }))).toBe(false)
  })

  it('refuses what it cannot keep, by the keyword', () => {
    expect(schemaGrammar({ type: 'number' })).toEqual({ ok: false, error: { type: 'schema-unsupported', keyword: 'type' } })
    expect(schemaGrammar({ type: 'string', format: 'date' })).toMatchObject({ ok: false, error: { keyword: 'format' } })
  })
})
