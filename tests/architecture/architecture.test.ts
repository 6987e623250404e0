import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EXCEPTIONS, filesUnder, importsOf, MAY_IMPORT, PACKAGES, roomOf, root } from './rooms.ts'

const code = ['contracts', 'src', 'workers', 'server', 'evaluation', 'scripts', 'tests']
  .filter((d) => existsSync(join(root, d)))
  .flatMap(filesUnder)
  .filter((f) => /\.(ts|mjs)$/.test(f))

const lines = (file: string) => readFileSync(join(root, file), 'utf8').split('\n').length - 1

describe('the house', () => {
  it('has every import arrow in the table', () => {
    const forbidden = code.flatMap((file) =>
      importsOf(file).flatMap(({ target, isPackage, isWorker }) => {
        const from = roomOf(file)
        if (from === null) return []
        if (isPackage) return PACKAGES[from] && !PACKAGES[from].includes(target) ? [`${file} → ${target}`] : []
        // Adapters may start a worker; what they share with it is the contract.
        if (isWorker && from === 'src/adapters' && target.endsWith('.worker.ts')) return []
        const to = roomOf(target)
        const allowed = MAY_IMPORT[from]
        if (to === null || to === from || allowed === '*' || allowed.includes(to)) return []
        return EXCEPTIONS[from]?.includes(target) ? [] : [`${file} → ${target}`]
      }),
    )
    expect(forbidden).toEqual([])
  })

  it('catches a forbidden arrow (the check can fail)', () => {
    expect(roomOf('src/domain/x.ts')).toBe('src/domain')
    expect(MAY_IMPORT['src/domain']).not.toContain('src/app')
  })

  it('imports only files that exist', () => {
    const missing = code.flatMap((f) =>
      importsOf(f).filter((i) => !i.isPackage && /\.(ts|mjs)$/.test(i.target) && !existsSync(join(root, i.target))),
    )
    expect(missing.map((i) => `${i.from} → ${i.target}`)).toEqual([])
  })

  it('keeps files at 300 lines or fewer, with a median under 100', () => {
    const sizes = code.map((f) => ({ f, n: lines(f) }))
    expect(sizes.filter((s) => s.n > 300)).toEqual([])
    const source = sizes
      .filter((s) => !s.f.startsWith('tests/'))
      .map((s) => s.n)
      .sort((a, b) => a - b)
    expect(source[Math.floor(source.length / 2)]).toBeLessThan(100)
  })

  it('keeps folders at 12 files or fewer', () => {
    const crowded: string[] = []
    const visit = (dir: string): void => {
      const entries = readdirSync(join(root, dir)).filter((n) => !n.startsWith('.'))
      const files = entries.filter((n) => statSync(join(root, dir, n)).isFile())
      if (files.length > 12) crowded.push(`${dir}: ${files.length}`)
      for (const n of entries)
        if (statSync(join(root, dir, n)).isDirectory() && !['fixtures', 'node_modules'].includes(n)) visit(join(dir, n))
    }
    for (const d of ['contracts', 'src', 'workers', 'server', 'evaluation', 'scripts', 'tests'].filter((x) =>
      existsSync(join(root, x)),
    ))
      visit(d)
    expect(crowded).toEqual([])
  })

  it('keeps the domain free of clock, randomness and input/output', () => {
    const banned =
      /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|crypto\.|fetch\(|setTimeout|setInterval|console\.|localStorage|indexedDB|process\.)/
    const hits = code
      .filter((f) => f.startsWith('src/domain/'))
      .flatMap((f) =>
        readFileSync(join(root, f), 'utf8')
          .split('\n')
          .flatMap((l, i) => (banned.test(l.replace(/\/\/.*|^\s*\*.*/, '')) ? [`${f}:${i + 1}`] : [])),
      )
    expect(hits).toEqual([])
  })
})
