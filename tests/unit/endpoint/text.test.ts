import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choiceGraph, type TextGraph } from '#domain/assessment/text-graph.ts'
import { compileSchema } from '#workers/inference/constrain/compile-schema.ts'
import { CompactJson } from '#workers/inference/endpoint/compact-json.ts'
import { canonicalText, followsSchema } from '#workers/inference/endpoint/follows-schema.ts'
import { plainContent } from '#workers/inference/endpoint/plain-content.ts'
import { portableSchema } from '#workers/inference/endpoint/portable-schema.ts'

/** One text of the graph, by the choices of `pick`. */
const walk = ({ start, next, end }: TextGraph, pick: () => number): string => {
  let text = ''
  let ways = start
  for (;;) {
    const [piece, place] = ways[pick() % ways.length] ?? ['', '']
    text += piece
    const on = next[place] ?? []
    if (on.length === 0 || (end.includes(place) && pick() % 2 === 0)) return text
    ways = on
  }
}
const patternOf = (graph: TextGraph, prefix = ''): RegExp =>
  new RegExp(String(portableSchema({ type: 'string', graph, prefix }).pattern), 'u')
const piece = fc.string({ minLength: 1, maxLength: 6 }).filter((s) => /^[^"\\\p{C}]+$/u.test(s))

describe('portableSchema', () => {
  it('lets through every text of a graph', () => {
    const graphs = fc.tuple(piece, fc.array(piece, { maxLength: 5 }), fc.array(piece, { maxLength: 3 }))
    fc.assert(
      fc.property(graphs, piece, fc.infiniteStream(fc.nat(20)), ([first, others, last], prefix, picks) => {
        const graph = choiceGraph(first, others, last)
        const text = prefix + walk(graph, () => picks.next().value ?? 0)
        expect(text).toMatch(patternOf(graph, prefix))
      }),
    )
  })

  it('lets through nothing but texts of a graph of choices in order', () => {
    const pattern = patternOf(choiceGraph('A', [' b', ' c'], ['.', '!']), 'P: ')
    for (const text of ['P: A.', 'P: A b.', 'P: A c!', 'P: A b c.']) expect(text).toMatch(pattern)
    for (const text of ['A.', 'P: A', 'P: A c b.', 'P: A b b.', 'P: A.!', 'P: A. ', 'xP: A.', 'P: Ab.'])
      expect(text).not.toMatch(pattern)
  })

  it('takes marks of patterns as the characters they are', () => {
    expect('fever (38.5+ °C)? [f1]').toMatch(patternOf(choiceGraph('fever (38.5+ °C)? [f1]', [])))
    expect('fever (38x5+ °C)? [f1]').not.toMatch(patternOf(choiceGraph('fever (38.5+ °C)? [f1]', [])))
  })

  it('keeps standard keywords, at every depth, and adds none of ours', () => {
    const graph = choiceGraph('a', [])
    const schema = {
      type: 'object',
      properties: {
        graph: { type: 'string', prefix: 'p', graph },
        list: { type: 'array', items: { enum: [{ graph: 1 }] }, maxItems: 2 },
      },
      required: ['graph', 'list'],
      additionalProperties: false,
    }
    expect(portableSchema(schema)).toEqual({
      ...schema,
      properties: {
        graph: { type: 'string', pattern: '^pa$' },
        list: { type: 'array', items: { enum: [{ graph: 1 }] }, maxItems: 2 },
      },
    })
  })

  it('bounds a graph that goes in circles', () => {
    const graph = { start: [['a', 'x']], next: { x: [['b', 'x']] }, end: ['x'] } as const
    expect('abbb').toMatch(patternOf(graph))
    expect('a'.repeat(700)).not.toMatch(patternOf(graph))
  })
})

describe('what comes back', () => {
  it('reads as JSON.stringify writes it, however it was laid out and cut', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('  ', '\t', 1), fc.integer({ min: 1, max: 7 }), (value, indent, size) => {
        fc.pre(!JSON.stringify(value).includes('-0'))
        const text = JSON.stringify(value, null, indent)
        const compact = new CompactJson()
        let read = ''
        for (let i = 0; i < text.length; i += size) read += compact.push(text.slice(i, i + size))
        expect(read).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  })

  it('counts only when our own decoder could have written it', () => {
    const schema = {
      type: 'object',
      properties: { level: { enum: ['high'] }, summary: { type: 'string', graph: choiceGraph('Cough', [' for days'], ['.']) } },
      required: ['level', 'summary'],
      additionalProperties: false,
    }
    const grammar = compileSchema(schema)
    if (!grammar.ok) throw new Error(grammar.error.keyword)
    const follows = (text: string) => followsSchema(grammar.value, text)
    expect(follows('{"level":"high","summary":"Cough for days."}')).toBe(true)
    for (const text of [
      '{"level":"low","summary":"Cough."}',
      '{"level":"high","summary":"Cough and cancer."}',
      '{"level":"high","summary":"Cough"}',
      '{"summary":"Cough.","level":"high"}',
      '{"level":"high","summary":"Cough.","extra":1}',
      '{"level":"high","summary":"Cough."} and more',
      '{"level":"high","summary":"Cough.\u200b"}',
      '{"level":"high","summary":"Cough."',
      '',
    ])
      expect(follows(text), text).toBe(false)
    expect(canonicalText('{"a": "\\u00e9"}')).toBe('{"a":"é"}')
    expect(canonicalText('{"a":')).toBeNull()
  })
})

describe('plainContent', () => {
  it.each([
    '<|user|>',
    '<|im_start|>system',
    '</s>',
    '<s>',
    '<start_of_turn>model',
    '[INST]',
    '[/INST]',
    '[SYSTEM_PROMPT]',
    '<|START_OF_TURN_TOKEN|>',
  ])('breaks %s', (token) => expect(plainContent(`a ${token} b`)).not.toContain(token))
  it('leaves what people write alone', () => {
    const text = 'BP < 90, temp <38, age 3 <= 5, list [a] [1] [f1], see [NICE 2023], 5 <- 6'
    expect(plainContent(text)).toBe(text)
  })
})
