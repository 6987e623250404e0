import { describe, expect, test } from 'vitest'
import type { Statement } from '#contracts/clinical/assessment.ts'
import { caseSchema } from '#domain/assessment/case-schema.ts'
import { compilePhrasebook } from '#domain/safety/phrases.ts'
import { validateAssessment } from '#domain/safety/validate.ts'
import { compileSchema } from '#workers/inference/constrain/compile-schema.ts'
import { compileBundle } from '../../../scripts/content/compile-bundle.ts'
import { loadPassages } from '../../../scripts/content/load-content.ts'
import { makeRow, openWorkshop } from '../../../scripts/dataset/make-row.ts'
import { makeRandom } from '../../../scripts/dataset/random.ts'

const compiled = compileBundle()
if (!compiled.ok) throw new Error('content does not compile')
const workshop = openWorkshop(compiled.value, loadPassages(), compilePhrasebook(compiled.value.safety, 'en'))

type Choices = { prefixItems: [{ enum: Statement[] }]; items: { enum: Statement[] } }

describe('the schema of a case', () => {
  const random = makeRandom(3)
  const cases = compiled.value.protocols.flatMap((protocol) => {
    const made = makeRow(workshop, protocol, 'x', random)
    if ('rejected' in made || made.level === 'emergency') return []
    return [
      { made, schema: caseSchema({ protocols: [protocol], facts: made.facts }, made.input, workshop, workshop.prompt.urgency) },
    ]
  })

  test('leaves nothing to write that the validator would refuse, whatever is chosen', () => {
    expect(cases.length).toBeGreaterThan(60)
    for (const { made, schema } of cases) {
      const { concerns, actions } = schema.properties as Record<'concerns' | 'actions', Choices>
      const drawn = ({ prefixItems: [first], items }: Choices): Statement[] => [
        random.pick(first.enum),
        ...random.sample(items.enum, random.int(0, 2)),
      ]
      for (let draws = 0; draws < 4; draws++) {
        const verdict = validateAssessment(
          { ...made.target, concerns: drawn(concerns), actions: drawn(actions) },
          made.validation,
        )
        expect(verdict, made.input.complaints[0]).toEqual({ valid: true })
      }
    }
  })

  test('can be compiled for the decoder', () => {
    for (const { schema } of cases.slice(0, 12)) expect(compileSchema(schema)).toMatchObject({ ok: true })
  })
})
