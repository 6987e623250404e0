import { describe, expect, it } from 'vitest'
import { preferenceOf } from '#domain/retrieval/preference.ts'
import { compileBundle } from '../../../scripts/content/compile-bundle.ts'

const compiled = compileBundle()
if (!compiled.ok) throw new Error('content does not compile')
const { protocols } = compiled.value
const named = (...ids: string[]) => ids.flatMap((id) => protocols.find((p) => p.id === id) ?? [])

describe('what retrieval leans to', () => {
  it('follows the order of the named protocols and leaves the general one out', () => {
    const { protocols: gain } = preferenceOf('', named('vomiting', 'headache', 'general'))
    expect(Object.keys(gain)).toEqual(['vomiting', 'headache'])
    expect(gain.vomiting).toBeGreaterThan(gain.headache ?? 0)
    expect(gain.headache).toBeGreaterThan(0)
  })

  it('leans to self-care where the words ask for it, in whole words of either language', () => {
    for (const words of ['what should I change to sleep?', 'is it ok to swim', '¿cómo la curo?', 'Tengo un poco de tos'])
      expect(preferenceOf(words, []).sections['self-care']).toBeGreaterThan(0)
    for (const words of ['my chest hurts', 'an abnormal smell', 'cómodo no estoy'])
      expect(preferenceOf(words, []).sections).toEqual({})
  })
})
