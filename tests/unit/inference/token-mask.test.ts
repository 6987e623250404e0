import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startOf, step } from '#workers/inference/constrain/automaton.ts'
import { compileSchema } from '#workers/inference/constrain/compile-schema.ts'
import { Constraint, orderTokens, type TokenBytes } from '#workers/inference/constrain/token-mask.ts'
import { jumpTokens } from '#workers/inference/generate/jump.ts'
import { openSchema } from '../../fixtures/open-schema.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const root = (() => {
  const result = compileSchema(openSchema('en', 'medium', ['f1', 'f12', 'p1']))
  if (!result.ok) throw new Error(result.error.keyword)
  return result.value
})()

/** All single bytes, some pieces, one special token and one broken character. */
const WORDS = [
  '{"',
  '{"level":"',
  'high',
  '","',
  '":"',
  '"]},{"',
  '"]}],"',
  ' pain',
  ' chest',
  '.","',
  'f1',
  'f12"',
  'ción',
  'é"',
  '}',
  'emergency',
  'Prel',
]
const TOKENS: TokenBytes = [
  null,
  ...Array.from({ length: 256 }, (_, b) => Uint8Array.of(b)),
  ...WORDS.map(utf8),
  Uint8Array.of(0xc3),
]
const order = orderTokens(TOKENS)

describe('Constraint', () => {
  it('allows exactly the tokens whose every byte the grammar takes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }), (choices) => {
        const constraint = new Constraint(root, order)
        for (const choice of choices) {
          if (constraint.finished) return
          const expected = TOKENS.flatMap((bytes, id) => {
            if (!bytes) return []
            let p: ReturnType<typeof step> = constraint.position
            for (const byte of bytes) p = p && step(p, byte)
            return p ? [id] : []
          })
          const allowed = [...constraint.allowed()].sort((a, b) => a - b)
          expect(allowed).toEqual(expected)
          // Long tokens first: they cross more of the grammar.
          const id = allowed.at(-1 - (choice % Math.min(allowed.length, 4))) ?? 0
          expect(constraint.accept(id)).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('does not move for a token that is not allowed, nor for a special one', () => {
    const constraint = new Constraint(root, order)
    expect(constraint.accept(TOKENS.length - 1)).toBe(false)
    expect(constraint.accept(0)).toBe(false)
    expect(constraint.position).toEqual(startOf(root))
  })
})

describe('jumpTokens', () => {
  /** A tokenizer of bytes. */
  const encode = (text: string): number[] => [...utf8(text)].map((b) => b + 1)
  const positionAfter = (text: string) => {
    const constraint = new Constraint(root, order)
    for (const b of utf8(text)) expect(constraint.accept(b + 1)).toBe(true)
    return constraint.position
  }
  const written = (ids: number[]): string =>
    new TextDecoder().decode(Uint8Array.from(ids.flatMap((id) => [...(TOKENS[id] ?? [])])))

  it('writes what is forced and leaves to the model what could grow together with its words', () => {
    expect(written(jumpTokens(positionAfter(''), encode, TOKENS))).toBe('{"level')
    expect(written(jumpTokens(positionAfter('{"level":"h'), encode, TOKENS))).toBe('igh","summary":"Preliminary assessment:')
  })

  it('goes to the very end of a text that has no choice left', () => {
    const text = `{"level":"high","summary":"Preliminary assessment: possible strain.","concerns":[{"text":"Pain.","cites":["f1"]}],"actions":[{"text":"Rest.","cites":["p1"]}]`
    expect(written(jumpTokens(positionAfter(text), encode, TOKENS))).toBe(
      ',"disclaimer":"Requires nurse review. Not a diagnosis."}',
    )
  })

  it('does nothing at a choice, or when the tokenizer would not give the bytes back', () => {
    expect(jumpTokens(positionAfter('{"level":"'), encode, TOKENS)).toEqual([])
    expect(jumpTokens(positionAfter(''), (text) => encode(` ${text}`), TOKENS)).toEqual([])
  })
})
