import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Correction } from '#contracts/clinical/correction.ts'
import { assessmentPrompt } from '#domain/assessment/prompt.ts'

const SCHEMA = '../../../training/anteroom_training/rows/correction.schema.json'
const records = readFileSync(new URL('../../../training/tests/fixtures/corrections.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

describe('corrections given for training', () => {
  it('the fixture that Python imports follows the contract, and its prompts are the app’s own', () => {
    for (const record of records) {
      const { input, prompt } = Correction.parse(record)
      expect(prompt.at(-1)).toEqual({ role: 'user', content: assessmentPrompt(input) })
    }
  })

  it('refuses a name beside the role, an administrator, a consent by name and a relation', () => {
    const [first] = records
    for (const wrong of [
      { ...first, reviewerName: 'Ann Example' },
      { ...first, reviewerRole: 'admin' },
      { ...first, consent: { ...first.consent, by: 'Ann Example' } },
      { ...first, input: { ...first.input, profile: { ...first.input.profile, relation: 'parent' } } },
    ])
      expect(Correction.safeParse(wrong).success).toBe(false)
  })

  // After a change of the contract: npx vitest run tests/unit/assessment/correction.test.ts --update
  it('the JSON Schema that Python checks against is the contract', async () => {
    await expect(`${JSON.stringify(z.toJSONSchema(Correction), null, 2)}\n`).toMatchFileSnapshot(SCHEMA)
  })
})
