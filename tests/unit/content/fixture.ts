import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A small, clean knowledge index; invented content. Keys are paths under the root. */
export const cleanFiles: Readonly<Record<string, string>> = {
  'lexicon/findings-a.yaml': `entries:
  - code: sore-toe
    label: { en: sore toe, es: dolor en el dedo }
    kind: symptom
    terms: { en: [sore toe, toe hurts], es: [me duele el dedo] }
  - code: black-toe
    label: { en: black toe, es: dedo negro }
    kind: sign
    terms: { en: [black toe], es: [dedo negro] }
  - code: diabetes
    label: { en: diabetes, es: diabetes }
    kind: history
    terms: { en: [diabetic], es: [diabético] }
`,
  'lexicon/cues.yaml': ['en', 'es']
    .map(
      (l) => `${l}:
  negation: ['no']
  pseudoNegation: []
  postNegation: []
  uncertainty: []
  otherPerson: []
  past: []
  current: []
  terminators: []
`,
    )
    .join(''),
  'prompts/assess.yaml':
    'id: assess-test\ntask: assess\nmaxTokens: 100\nsystem: { en: x, es: y }\nurgency: { emergency: [now], high: [today], medium: [within days], low: [self-care] }\nhandover: z\n',
  'guidelines/sore-toe.md': `---
id: sore-toe
title: Sore toe
language: en
source: own wording
publisher: Example clinic
year: 2026
licence: own wording, Apache-2.0
version: 1.0.0
reviewed: 2026-11-22
reviewDue: 2027-11-22
protocols: [sore-toe]
---
# Sore toe

## Black toe {#black}
A black toe may mean that blood does not reach the toe. Staff should be told at once so that a clinician can look at the toe now,
because skin that gets no blood is lost within hours and early help can save it. This holds for people of every age.

## Sore toe at home {#home}
A sore toe after a knock mostly settles within days. Rest the foot, keep it raised, and wear wide shoes. A nurse looks at the toe when
the toe is still sore after one week, when walking is hard, or when the person lives with diabetes.
`,
  'asks/sore-toe.yaml': `guideline: sore-toe
asks:
  black:
    en: [toe gone black, is a dark toe bad]
    es: [dedo negro, se me puso negro el dedo]
  home:
    en: [stubbed my toe, what can i do for a sore toe]
    es: [me di en el dedo, qué hago con el dedo]
`,
  'protocols/sore-toe.yaml': `id: sore-toe
version: 1.0.0
icpc2: L17
title: { en: Sore toe, es: Dedo dolorido }
entry: [sore-toe]
questions:
  - id: q-black
    kind: yes-no
    finding: black-toe
    text: { en: Is the toe black?, es: '¿Está negro el dedo?' }
redFlags:
  - id: black
    level: emergency
    when: black-toe
    reason: { en: Black toe without blood, es: Dedo negro }
    cite: sore-toe#black
levels:
  - id: walking
    level: high
    when: { all: [sore-toe, diabetes] }
    reason: { en: Sore toe with diabetes, es: Dedo con diabetes }
  - id: week
    level: medium
    when: { measure: duration_hours, gte: 168 }
    reason: { en: Over a week, es: Más de una semana }
  - id: fresh
    level: low
    when: { all: [{ absent: black-toe }, { measure: duration_hours, lt: 168 }] }
    reason: { en: Fresh, es: Reciente }
modifiers: []
considerations:
  - id: knock
    text: { en: Possible bruise of the sore toe, es: Posible contusión }
    cite: sore-toe#home
actions:
  - id: now
    levels: [emergency, high]
    text: { en: Tell a clinician at once to look at the toe, es: Avise a un médico }
    cite: sore-toe#black
  - id: later
    levels: [medium, low]
    text: { en: Nurse looks at the toe after one week, es: La enfermera mira el dedo }
    cite: sore-toe#home
selfCare:
  - text: { en: Rest the foot and keep it raised, es: Descanse el pie }
    cite: sore-toe#home
safetyNet:
  - text: { en: Tell staff at once if the toe turns black, es: Avise si se pone negro }
    cite: sore-toe#black
sources:
  - { title: Toes, publisher: Example clinic, year: 2026 }
reviewed: 2026-11-22
reviewDue: 2027-11-22
`,
}

/** Writes the files to a fresh folder; `edit` changes one of them by replacing text (which must be there). */
export const writeIndex = (files: Readonly<Record<string, string>> = cleanFiles): string => {
  const root = join(mkdtempSync(join(tmpdir(), 'anteroom-content-')), 'knowledge-index')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

export const edit = (path: string, from: string, to: string): Record<string, string> => {
  const text = cleanFiles[path]
  if (!text?.includes(from)) throw new Error(`fixture ${path} has no "${from}"`)
  return { ...cleanFiles, [path]: text.replace(from, to) }
}
