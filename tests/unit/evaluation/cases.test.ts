import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadCases } from '#evaluation/load-cases.ts'
import { isGoldEmergency } from '#evaluation/metrics/levels.ts'
import { SHARES, splitOf, withSplit } from '#evaluation/split.ts'
import { makeCase } from './fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'anteroom-cases-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, ...lines: string[]): string => {
  const path = join(folder, name)
  writeFileSync(path, lines.join('\n'))
  return path
}
const line = (more: Record<string, unknown> = {}): string => JSON.stringify({ ...makeCase({}), ...more })
const problems = (...files: string[]): string[] => {
  const loaded = loadCases(files)
  return loaded.ok ? [] : loaded.error.problems.map((p) => `${p.file.split('/').at(-1)}:${p.line}: ${p.message}`)
}

describe('case files', () => {
  it('name file and line of everything wrong in them', () => {
    const bad = file(
      'bad.jsonl',
      line(),
      '',
      '{',
      line({ id: 'd', triage: 'low' }),
      line({ id: 'e', answers: [{ match: '(', reply: 'no' }] }),
      line(),
    )
    const found = problems(bad, join(folder, 'none.jsonl'))
    expect(found.map((p) => p.split(' ')[0])).toEqual([
      'bad.jsonl:3:',
      'bad.jsonl:4:',
      'bad.jsonl:5:',
      'bad.jsonl:6:',
      'none.jsonl:1:',
    ])
    expect(found.join('\n')).toMatch(/not a JSON object[\s\S]*triage[\s\S]*answers\.0\.match[\s\S]*already used[\s\S]*ENOENT/)
  })

  it('say which member is wrong', () => {
    expect(problems(file('level.jsonl', line({ gold: { triage: ['urgent'] } })))[0]).toContain('level.jsonl:1: gold.triage.0')
  })

  it('may have a byte order mark and Windows line ends', () => {
    const loaded = loadCases([file('crlf.jsonl', `\uFEFF${line()}\r`, `${line({ id: 'd' })}\r`)])
    expect(loaded.ok && loaded.value.map((c) => c.id)).toEqual(['c', 'd'])
  })
})

describe('the authored cases', () => {
  const cases = 'evaluation/cases'
  const loaded = loadCases(
    readdirSync(cases)
      .filter((name) => name.startsWith('authored-'))
      .map((name) => join(cases, name)),
  )
  const all = loaded.ok ? loaded.value : []
  const share = (n: number): number => n / all.length

  it('are valid and as many and as mixed as promised', () => {
    expect(loaded.ok).toBe(true)
    expect(all.length).toBeGreaterThanOrEqual(3000)
    const emergencies = all.filter((c) => isGoldEmergency({ level: 'low', gold: c.gold.triage }))
    expect(emergencies.filter((c) => c.split === 'test').length).toBeGreaterThanOrEqual(90)
    for (const level of ['high', 'medium', 'low'] as const)
      expect(share(all.filter((c) => c.gold.triage.includes(level)).length)).toBeGreaterThan(0.15)
    expect(share(all.filter((c) => c.reporter === 'caregiver').length)).toBeGreaterThanOrEqual(0.2)
    expect(share(all.filter((c) => c.language === 'es').length)).toBeGreaterThanOrEqual(0.1)
    expect(share(all.filter((c) => c.answers.length > 0).length)).toBeGreaterThan(0.1)
  })

  it('keep every family on one side', () => {
    const sides = new Map<string, Set<string>>()
    for (const c of all) {
      const family = c.family ?? c.id
      sides.set(family, (sides.get(family) ?? new Set()).add(c.split ?? 'none'))
    }
    expect([...sides].filter(([, s]) => s.size > 1)).toEqual([])
  })

  it('are dealt the same way whatever else is in the file, and nearly at the promised share', () => {
    expect(withSplit([makeCase({ family: 'x' })])[0]?.split).toBe(
      withSplit([makeCase({ id: 'other' }), makeCase({ family: 'x' })])[1]?.split,
    )
    const sides = Array.from({ length: 2000 }, (_, i) => splitOf(`family-${i}`))
    for (const side of ['train', 'tune', 'test'] as const)
      expect(Math.abs(sides.filter((s) => s === side).length / 2000 - SHARES[side])).toBeLessThan(0.05)
  })

  it('stay on the side they once had', () => {
    for (const split of ['train', 'tune', 'test'] as const)
      expect(withSplit([makeCase({ family: 'x', split })])[0]?.split).toBe(split)
  })
})
