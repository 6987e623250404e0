import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readArgs } from '#evaluation/args.ts'
import { evaluate } from '#evaluation/cli.ts'
import { isStale } from '#evaluation/open-content.ts'
import { bundle, makeCase, passage } from './fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'anteroom-evaluate-'))
const cases = join(folder, 'cases.jsonl')
const report = join(folder, 'report')
const injected = '<script>alert(1)</script> & "quotes"'

beforeAll(() => {
  writeFileSync(join(folder, 'content.json'), JSON.stringify(bundle()))
  writeFileSync(join(folder, 'passages.json'), JSON.stringify({ passages: [passage] }))
  // No models: the lexicon reads alone.
  writeFileSync(join(folder, 'catalog.json'), JSON.stringify({ models: [] }))
  const lines = [
    makeCase({ id: 'a', narrative: 'Sore throat, drooling since an hour', gold: { triage: ['emergency'] } }),
    makeCase({ id: 'b', narrative: `I have a cold. ${injected}`, gold: { triage: ['emergency'] } }),
  ]
  writeFileSync(cases, lines.map((c) => JSON.stringify(c)).join('\n'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Exit code and what was printed. */
const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  const said = { out: '', err: '' }
  const log = vi.spyOn(console, 'log').mockImplementation((x: string) => {
    said.out += `${x}\n`
  })
  const error = vi.spyOn(console, 'error').mockImplementation((x: string) => {
    said.err += `${x}\n`
  })
  const progress = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  try {
    return { code: await evaluate(args), ...said }
  } finally {
    for (const spy of [log, error, progress]) spy.mockRestore()
  }
}

describe('npm run evaluate', () => {
  it('explains itself, and refuses arguments it does not know', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--cases FILE.jsonl') })
    for (const args of [
      ['--nonsense'],
      ['--split', 'dev'],
      ['--study', 'luck'],
      ['--compare', 'a.json'],
      ['--limit', '0'],
      ['stray'],
    ]) {
      expect([args, (await run(...args)).code]).toEqual([args, 2])
    }
  })

  it('ends with 1 and file:line where a case is wrong', async () => {
    const bad = join(folder, 'bad.jsonl')
    writeFileSync(bad, `${JSON.stringify(makeCase({}))}\n{"id":"x"}\n`)
    expect(await run('--cases', bad)).toMatchObject({ code: 1, err: expect.stringContaining(`${bad}:2: `) })
  })

  it('ends with 1 where index or model is missing', async () => {
    expect(await run('--cases', cases, '--index', join(folder, 'nowhere'))).toMatchObject({ code: 1 })
    expect(await run('--cases', cases, '--index', folder, '--engine', 'bundled', '--shards', folder)).toMatchObject({ code: 1 })
  })

  it('runs cases, writes both reports and ends with one line of JSON', async () => {
    const { code, out } = await run('--cases', cases, '--index', folder, '--shards', folder, '--report', report)
    expect(code).toBe(0)
    const last = JSON.parse(out.trim().split('\n').at(-1) ?? '')
    expect(last).toMatchObject({
      n: 2,
      exact: 0.5,
      safe: 0.5,
      under: 0.5,
      over: 0,
      emergencies: 2,
      emergencies_missed: 1,
      hand_offs: 0,
    })
    for (const name of 'kappa clinical_accuracy safety_compliance missed_critical questions_median ms_median model index'.split(
      ' ',
    ))
      expect(Object.keys(last)).toContain(name)
    expect(last.engine).toBe('rules')
    const json = JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'))
    expect(json.misses.map((m: { id: string }) => m.id)).toEqual(['b'])
  })

  it('writes a page without script or outside asset, with the words escaped', () => {
    expect(existsSync(join(report, 'report.html'))).toBe(true)
    const html = readFileSync(join(report, 'report.html'), 'utf8')
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|<(?:img|link|iframe|object)\b|https?:|url\(|@import/i)
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;')
    expect(html).not.toContain('NaN')
    expect([...html.matchAll(/<svg[^>]*role="img"[^>]*aria-labelledby="(\w+)-t \1-d"/g)].length).toBe(3)
    expect(html).toMatch(/prefers-color-scheme:dark/)
  })

  it('takes only what was asked for', async () => {
    expect(readArgs(['--limit', '3', '--engine', 'bundled'])).toMatchObject({
      ok: true,
      value: { limit: 3, engine: 'bundled', split: 'all' },
    })
    const { out } = await run('--cases', cases, '--index', folder, '--limit', '1')
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '').n).toBe(1)
  })
})

describe('the built index', () => {
  it('is stale when it is missing or older than a source', () => {
    const source = join(folder, 'source.yaml')
    writeFileSync(source, 'x')
    expect(isStale(join(folder, 'nowhere'), [source])).toBe(true)
    utimesSync(source, 1, 1)
    expect(isStale(folder, [source])).toBe(false)
    utimesSync(source, new Date(Date.now() + 60_000), new Date(Date.now() + 60_000))
    expect(isStale(folder, [source])).toBe(true)
  })
})
