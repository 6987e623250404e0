import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkContent, checkReviewDates } from '../../../scripts/content/check-content.ts'
import { loadContent } from '../../../scripts/content/load-content.ts'
import { sortProblems } from '../../../scripts/content/problem.ts'
import { cleanFiles, edit, writeIndex } from './fixture.ts'

const check = (files: Readonly<Record<string, string>>, today = '2026-11-22'): string[] => {
  const content = loadContent(writeIndex(files))
  return sortProblems([...content.problems, ...checkContent(content), ...checkReviewDates(content, today)])
    .filter((p) => p.message !== 'not there yet' && !p.message.startsWith('the fallback protocol'))
    .map((p) => `${basename(p.file)}:${p.line}:${p.severity === 'warning' ? ' warning:' : ''} ${p.message}`)
}
const protocol = 'protocols/sore-toe.yaml'

describe('content check', () => {
  it('finds nothing in clean content', () => {
    expect(check(cleanFiles)).toEqual([])
  })

  it.each<[string, string, string, string, string[]]>([
    [
      'asks for a passage that is not there, and none for one that is',
      'asks/sore-toe.yaml',
      '  home:',
      '  hose:',
      [
        'sore-toe.md:20: warning: nobody\'s words ask for "sore-toe#home" (asks/)',
        'sore-toe.yaml:6: asks.hose: no passage "sore-toe#hose"',
      ],
    ],
    [
      'the same words for two passages',
      'asks/sore-toe.yaml',
      'stubbed my toe',
      'Toe gone black',
      ['sore-toe.yaml:7: asks.home.en.0: the same words ask for "sore-toe#black"'],
    ],
    [
      'asks in one language only',
      'asks/sore-toe.yaml',
      '    es: [dedo negro, se me puso negro el dedo]\n',
      '',
      ['sore-toe.yaml:3: asks.black.es: Invalid input: expected array, received undefined'],
    ],
    [
      'a missing member',
      protocol,
      'icpc2: L17\n',
      '',
      ['sore-toe.yaml:1: icpc2: Invalid input: expected string, received undefined'],
    ],
    [
      'a mistyped member',
      protocol,
      '    level: emergency',
      '    lvl: x\n    level: emergency',
      ['sore-toe.yaml:13: redFlags.0.lvl: unknown member "lvl"'],
    ],
    [
      'an unknown language',
      protocol,
      'title: { en: Sore toe, es: Dedo dolorido }',
      'title: { en: Sore toe }',
      ['sore-toe.yaml:4: title.es: Invalid input: expected string, received undefined'],
    ],
    [
      'a condition of no known form',
      protocol,
      'when: { all: [sore-toe, diabetes] }',
      'when: { al: [sore-toe] }',
      ['sore-toe.yaml:20: levels.0.when: does not follow any form of a condition'],
    ],
    [
      'YAML that does not parse',
      protocol,
      'entry: [sore-toe]',
      'entry: [sore-toe',
      ['sore-toe.yaml:6: YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    [
      'an unknown finding',
      protocol,
      'when: { all: [sore-toe, diabetes] }',
      'when: { all: [sore-toe, sore-foot] }',
      ['sore-toe.yaml:20: levels.0.when: finding "sore-foot" is not in the lexicon'],
    ],
    [
      'a passage that is not there',
      protocol,
      'cite: sore-toe#black\nlevels',
      'cite: sore-toe#green\nlevels',
      ['sore-toe.yaml:16: redFlags.0.cite: no passage "sore-toe#green"'],
    ],
    [
      'a guideline of another protocol',
      'guidelines/sore-toe.md',
      'protocols: [sore-toe]',
      'protocols: [cough]',
      [
        expect.stringContaining(
          'sore-toe.yaml:16: redFlags.0.cite: the guideline of "sore-toe#black" does not list protocol sore-toe',
        ) as never,
      ],
    ],
    [
      'a red flag nobody asks',
      protocol,
      '    finding: black-toe',
      '    finding: sore-toe',
      ['sore-toe.yaml:14: redFlags.0.when: no question of this protocol asks "black-toe", so the red flag would stay open'],
    ],
    ['a missing level', protocol, 'level: medium', 'level: low', ['sore-toe.yaml:17: levels: no rule for level medium']],
    [
      'an unhedged consideration',
      protocol,
      'en: Possible bruise of the sore toe',
      'en: A bruise of the sore toe',
      ['sore-toe.yaml:33: considerations.0.text.en: is not hedged (possible, may, concerning for …)'],
    ],
    [
      'a medicine in an action',
      protocol,
      'es: Avise a un médico',
      'es: Dé ibuprofeno',
      ['sore-toe.yaml:38: actions.0.text.es: names a medicine or dose: "ibuprofeno"'],
    ],
    [
      'a dose in a passage',
      'guidelines/sore-toe.md',
      'Rest the foot',
      'Take 500 mg, rest the foot',
      ['sore-toe.md:20: names a medicine or dose: "500 mg"'],
    ],
    [
      'a double code',
      'lexicon/findings-a.yaml',
      'code: diabetes',
      'code: sore-toe',
      ['findings-a.yaml:10: entries.2.code: "sore-toe" is already defined at '],
    ],
    [
      'punctuation in a term',
      'lexicon/findings-a.yaml',
      'en: [black toe]',
      "en: ['black, toe']",
      [
        'findings-a.yaml:9: entries.1.terms.en.0: "black, toe": lower-case words without punctuation, single spaces, "*" only at the end of a word',
      ],
    ],
  ])('reports %s with its line', (_, path, from, to, expected) => {
    const found = check(edit(path, from, to))
    for (const message of expected) {
      expect(found).toContainEqual(typeof message === 'string' ? expect.stringContaining(message) : message)
    }
  })

  it('reports several mistakes at once', () => {
    const broken = edit(protocol, 'level: medium', 'level: soon')
    const found = check({ ...broken, 'lexicon/findings-a.yaml': `${cleanFiles['lexicon/findings-a.yaml']}  - code: Bad Code\n` })
    expect(found).toHaveLength(5)
    expect(found.every((line) => /^[a-z-]+\.yaml:\d+: /.test(line))).toBe(true)
  })

  it('reports a red flag that stays open after every question', () => {
    const waiting = edit(protocol, 'when: black-toe', 'when: { all: [{ not: { absent: sore-toe } }, black-toe] }')
    const never = 'redFlags.0.when: stays open for "sore-toe" at 1 month after all questions: black-toe is never settled'
    const asked = '    text: { en: Is the toe black?'
    const found = check({ ...waiting, [protocol]: (waiting[protocol] ?? '').replace(asked, `    when: diabetes\n${asked}`) })
    expect(check(waiting)).toEqual([])
    expect(found).toEqual([`sore-toe.yaml:15: ${never}`])
  })

  it('reports overdue and future reviews', () => {
    expect(check(cleanFiles, '2027-11-23')).toEqual([
      'sore-toe.md:1: review was due on 2027-11-22',
      'sore-toe.yaml:53: review was due on 2027-11-22',
    ])
    expect(check(cleanFiles, '2027-11-22')).toEqual([])
    expect(check(cleanFiles, '2026-11-21')).toHaveLength(2)
  })
})
