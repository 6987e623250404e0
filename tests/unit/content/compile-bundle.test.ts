import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileBundle } from '../../../scripts/content/compile-bundle.ts'
import { loadPassages } from '../../../scripts/content/load-content.ts'
import { cleanFiles, edit, writeIndex } from './fixture.ts'

/** The small index of the fixture with the shipped tables it has none of. */
const indexWith = (files: Readonly<Record<string, string>>): string => {
  const root = writeIndex(files)
  for (const folder of ['vitals', 'safety']) {
    mkdirSync(join(root, folder), { recursive: true })
    for (const name of readdirSync(join('knowledge-index', folder))) {
      copyFileSync(join('knowledge-index', folder, name), join(root, folder, name))
    }
  }
  return root
}

const hashOf = (files: Readonly<Record<string, string>>): string => {
  const bundle = compileBundle(indexWith(files))
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error.problems))
  return bundle.value.hash
}

describe('content bundle', () => {
  it('holds the compiled content', () => {
    const bundle = compileBundle(indexWith(cleanFiles))
    expect(bundle.ok && bundle.value.protocols.map((p) => p.id)).toEqual(['sore-toe'])
    expect(bundle.ok && bundle.value.lexicon.map((e) => e.code)).toEqual(['sore-toe', 'black-toe', 'diabetes'])
    expect(bundle.ok && bundle.value.vitals.score.id).toBe('news2')
  })

  it('has a hash that follows the sources and nothing else', () => {
    const hash = hashOf(cleanFiles)
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(hashOf(cleanFiles)).toBe(hash)
    expect(hashOf(edit('guidelines/sore-toe.md', 'Rest the foot', 'Do rest the foot'))).not.toBe(hash)
    expect(hashOf(edit('protocols/sore-toe.yaml', 'en: Is the toe black?', 'en: Is it black?'))).not.toBe(hash)
  })

  it('is not made from content with errors, and says which', () => {
    const bundle = compileBundle(indexWith(edit('protocols/sore-toe.yaml', 'level: medium', 'level: low')))
    expect(bundle.ok).toBe(false)
    expect(!bundle.ok && bundle.error.problems.map((p) => [p.line, p.message])).toEqual([
      [17, 'levels: no rule for level medium'],
    ])
  })

  it('is not made from half an index', () => {
    const bundle = compileBundle(writeIndex(cleanFiles))
    expect(!bundle.ok && bundle.error.problems.every((p) => p.message === 'not there yet')).toBe(true)
    expect(bundle.ok).toBe(false)
  })

  it('lists passages by guideline and anchor', () => {
    const passages = loadPassages(writeIndex(cleanFiles))
    expect(passages.map((p) => p.id)).toEqual(['sore-toe#black', 'sore-toe#home'])
    expect(passages[0]).toMatchObject({
      heading: 'Black toe',
      title: 'Sore toe',
      source: 'Example clinic, own wording (2026)',
      protocols: ['sore-toe'],
      reviewDue: '2027-11-22',
    })
    expect(passages[0]?.text).toMatch(/^A black toe may mean .* of every age\.$/)
  })
})
