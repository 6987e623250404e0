import type { Measure, MeasureName, Quote } from '#contracts/clinical/finding.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { AgeUnit, Profile } from '#contracts/clinical/profile.ts'
import { type Folded, fold } from './text/fold.ts'
import { numberPattern, toNumber } from './text/numbers.ts'
import { isPatientWord, isPersonWord } from './text/relations.ts'
import type { AgeMention } from './types.ts'

/** Plausible range of each measure, in its unit; values outside are not read. */
export const MEASURE_RANGE: Readonly<Record<MeasureName, readonly [number, number]>> = {
  systolic: [50, 280],
  diastolic: [25, 180],
  heart_rate: [20, 260],
  respiratory_rate: [4, 90],
  temperature_c: [30, 44],
  spo2: [40, 100],
  pain_score: [0, 10],
  duration_hours: [0, 24 * 365 * 40],
  gestation_weeks: [1, 44],
}

const UNITS: Readonly<Record<Language, string>> = {
  en: '(min(?:ute)?s?|h(?:ou)?rs?|hr|days?|weeks?|wks?|months?|years?|yrs?)',
  es: '(min(?:uto)?s?|horas?|dias?|semanas?|mes(?:es)?|anos?)',
}
/** Hours in a unit word of either language; months and years are averages. */
const unitHours = (unit: string): number => {
  if (unit.startsWith('min')) return 1 / 60
  if (unit.startsWith('m')) return 730
  if (unit.startsWith('h')) return 1
  if (unit.startsWith('d')) return 24
  return /^[ws]/.test(unit) ? 168 : 8760
}
export const toCelsius = (fahrenheit: number): number => Math.round(((fahrenheit - 32) * 50) / 9) / 10

type Read = { name: MeasureName; value: number; at: number; length: number }
type Reader = { pattern: RegExp; read: (m: RegExpExecArray) => readonly { name: MeasureName; value: number }[] }

const num = (text: string | undefined): number => Number((text ?? '').replace(',', '.'))

const temperature = (value: number, unit: string | undefined): { name: MeasureName; value: number }[] => {
  if (unit === 'f' || (unit !== 'c' && value >= 90))
    return value >= 86 && value <= 112 ? [{ name: 'temperature_c', value: toCelsius(value) }] : []
  return [{ name: 'temperature_c', value }]
}

const N = '(\\d{1,3}(?:[.,]\\d{1,2})?)'
const COMMON: readonly Reader[] = [
  {
    pattern: /\b(\d{2,3})\s?(?:\/|over|sobre)\s?(\d{2,3})\b(?!\s?\/)/g,
    read: (m) => {
      const [systolic, diastolic] = [num(m[1]), num(m[2])]
      return systolic >= 70 && systolic > diastolic && diastolic >= 30
        ? [
            { name: 'systolic', value: systolic },
            { name: 'diastolic', value: diastolic },
          ]
        : []
    },
  },
  {
    pattern: /\b(\d{1,2}(?:[.,]5)?)\s?(?:\/\s?10\b(?!\/)|out of (?:10|ten)\b|(?:de|sobre) (?:10|diez)\b)/g,
    read: (m) => [{ name: 'pain_score', value: num(m[1]) }],
  },
  {
    pattern: new RegExp(`\\b${N}\\s?(?:°|º|degrees?|grados?|deg)?\\s?(c|f|celsius|centigrados?|fahrenheit)\\b`, 'g'),
    read: (m) => temperature(num(m[1]), m[2]?.[0]),
  },
  {
    pattern: new RegExp(
      `\\b(?:temp(?:erature)?|fever|fiebre|temperatura|calentura)(?:\\s(?:of|is|was|at|to|over|about|around|hit|de|era|es|a|como|casi|up|above)){0,3}[:\\s]*${N}\\s?(?:°|º|degrees?|grados?)?\\s?(c|f)?\\b(?!\\s?(?:days?|dias?|weeks?|semanas?|hours?|horas?|times|veces|%|years?|anos?|months?|mes))`,
      'g',
    ),
    read: (m) => temperature(num(m[1]), m[2]),
  },
  {
    pattern: new RegExp(`\\b${N}\\s?(?:°|º|degrees?|grados?)`, 'g'),
    read: (m) => temperature(num(m[1]), undefined),
  },
  {
    // A bare 38.6 is a temperature, unless it says that it is something else.
    pattern:
      /(?<![\d.,/])\b((?:3[5-9]|4[0-2])[.,]\d)\b(?![.,/]?\d|\s?(?:%|kg|kilos?|cm|m\b|mm|lbs?|st\b|mg|ml|weeks?|semanas?|days?|dias?|hours?|horas?|years?|anos?))/g,
    read: (m) => temperature(num(m[1]), undefined),
  },
  {
    pattern: /\b(?:heart rate|pulse|hr|frecuencia cardiaca|pulso)(?:\s(?:of|is|was|at|de|es|era|a))?[:\s]*(\d{2,3})\b/g,
    read: (m) => [{ name: 'heart_rate', value: num(m[1]) }],
  },
  {
    pattern: /\b(\d{2,3})\s?(?:bpm|beats? (?:per|a) minute|beats\/min|latidos)\b/g,
    read: (m) => [{ name: 'heart_rate', value: num(m[1]) }],
  },
  {
    // "160 on my watch", "heart going at 150": a pulse, since nobody reads anything else so high there.
    pattern: /\b(1\d{2}|2[0-4]\d) on (?:my|his|her|the) (?:apple |smart)?(?:watch|fitbit|garmin|monitor)\b/g,
    read: (m) => [{ name: 'heart_rate', value: num(m[1]) }],
  },
  {
    pattern: /\bheart (?:is |was |been )?(?:going|racing|beating|pounding)(?: at| about| around| over| up to){0,2} (\d{2,3})\b/g,
    read: (m) => [{ name: 'heart_rate', value: num(m[1]) }],
  },
  {
    pattern:
      /\b(?:oxygen|o2|sats?|saturation|spo2|sao2|oximeter|oxigeno|saturacion|oximetro)(?:\s(?:level|levels|reading|sat|sats|saturation|of|is|was|are|at|says|reads|de|es|en|marca|era|esta|del)){0,4}[:\s]*(\d{2,3})\s?%?/g,
    read: (m) => [{ name: 'spo2', value: num(m[1]) }],
  },
  {
    pattern:
      /\b(?:respiratory rate|resp rate|breathing rate|rr|frecuencia respiratoria)(?:\s(?:of|is|was|at|de|es))?[:\s]*(\d{1,2})\b/g,
    read: (m) => [{ name: 'respiratory_rate', value: num(m[1]) }],
  },
  {
    pattern: /\b(\d{1,2}) (?:breaths|respiraciones) (?:per|a|por) (?:minute|minuto)\b/g,
    read: (m) => [{ name: 'respiratory_rate', value: num(m[1]) }],
  },
]

const gestation = (value: number, unit: string): { name: MeasureName; value: number }[] => [
  { name: 'gestation_weeks', value: /^m/.test(unit) ? Math.round(value * 4.345) : value },
]

const byLanguage = (language: Language): readonly Reader[] => {
  const n = `(${numberPattern(language)})`
  const unit = UNITS[language]
  // A few minutes tell how long a moment lasted, not how long ago all this began.
  const isMoment = (m: RegExpExecArray): boolean => (m[2] ?? '').startsWith('min') && toNumber(m[1] ?? '', language) < 10
  const span = (m: RegExpExecArray): { name: MeasureName; value: number }[] =>
    isMoment(m) && m[3] !== 'ago'
      ? []
      : [{ name: 'duration_hours', value: Math.round(toNumber(m[1] ?? '', language) * unitHours(m[2] ?? '') * 100) / 100 }]
  // "10 years ago" tells of the past, not of how long this has lasted.
  const recent = (m: RegExpExecArray) =>
    /^(?:y|a)/.test(m[2] ?? '') && (m[3] === 'ago' || m[0].startsWith('hace ')) ? [] : span(m)
  const fixed = (hours: number) => () => [{ name: 'duration_hours' as const, value: hours }]
  return language === 'en'
    ? [
        {
          pattern: new RegExp(
            `\\b${n}[\\s-](weeks?|wks?|months?)(?:\\sand \\d days)? (?:pregnant|along|gestation|into (?:my|her|the) pregnancy)\\b`,
            'g',
          ),
          read: (m) => gestation(toNumber(m[1] ?? '', 'en'), m[2] ?? ''),
        },
        {
          pattern: new RegExp(`\\bpregnant,?(?: at| for| about| around|\\s?\\(|\\s)+${n}[\\s-](weeks?|wks?|months?)\\b`, 'g'),
          read: (m) => gestation(toNumber(m[1] ?? '', 'en'), m[2] ?? ''),
        },
        {
          pattern: new RegExp(
            `\\b(?:for|past|last|about|almost|nearly|over|x|been|these)\\s?(?:(?:the|about|around|almost|nearly|at least|over|past|last|like|maybe|more than)\\s)*${n}\\s?${unit}\\b(?!\\s(?:old|pregnant))`,
            'g',
          ),
          read: span,
        },
        { pattern: new RegExp(`\\b${n}\\s?${unit} (ago|now|straight|in a row|already)\\b`, 'g'), read: recent },
        { pattern: /\bsince (?:this )?morning\b|\bthis morning\b/g, read: fixed(6) },
        { pattern: /\bsince (?:this )?afternoon\b/g, read: fixed(4) },
        { pattern: /\b(?:since )?last ni(?:ght|te)\b/g, read: fixed(12) },
        { pattern: /\b(?:since )?yesterday(?: morning| afternoon| evening)?\b/g, read: fixed(24) },
        { pattern: /\bsince (?:the )?(?:weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b/g, read: fixed(72) },
        { pattern: /\bsince last week\b/g, read: fixed(168) },
        { pattern: /\bsince last month\b/g, read: fixed(730) },
      ]
    : [
        {
          pattern: new RegExp(`\\b${n} (semanas?|mes(?:es)?) (?:de )?(?:embarazo|embarazada|gestacion)\\b`, 'g'),
          read: (m) => gestation(toNumber(m[1] ?? '', 'es'), m[2] ?? ''),
        },
        {
          pattern: new RegExp(`\\bembarazada de (?:unas |casi |como )?${n} (semanas?|mes(?:es)?)\\b`, 'g'),
          read: (m) => gestation(toNumber(m[1] ?? '', 'es'), m[2] ?? ''),
        },
        {
          pattern: new RegExp(
            `\\b(?:hace|por|durante|llev[oa]|lleva|llevamos|ultim[oa]s|casi)\\s(?:(?:ya|los|las|ultimos|ultimas|unos|unas|como|casi|mas de|aproximadamente)\\s)*${n} ${unit}\\b( que)?`,
            'g',
          ),
          read: (m) => (m[3] === undefined ? recent(m) : span(m)),
        },
        { pattern: /\b(?:desde )?esta manana\b/g, read: fixed(6) },
        { pattern: /\b(?:desde )?anoche\b/g, read: fixed(12) },
        { pattern: /\b(?:desde )?ayer\b/g, read: fixed(24) },
        { pattern: /\b(?:desde )?(?:anteayer|antier)\b/g, read: fixed(48) },
        { pattern: /\bdesde la semana pasada\b/g, read: fixed(168) },
        { pattern: /\bdesde el mes pasado\b/g, read: fixed(730) },
      ]
}
const READERS: Readonly<Record<Language, readonly Reader[]>> = {
  en: [...byLanguage('en'), ...COMMON],
  es: [...byLanguage('es'), ...COMMON],
}

const quoteOf = (words: string, folded: Folded, at: number, length: number): Quote => {
  const start = folded.start[at] ?? 0
  const end = folded.end[at + length - 1] ?? start
  return { text: words.slice(start, end), start, end }
}

/** Numbers with a meaning, in the units their names say; the first of each name. Ages are never durations. */
export const readMeasures = (
  words: string,
  language: Language,
  profile: Profile,
): { measures: Measure[]; age: AgeMention | undefined } => {
  const folded = fold(words)
  const age = readAge(words, folded, language, profile)
  const taken: { at: number; end: number }[] = age.spans.map((s) => ({ at: s.at, end: s.at + s.length }))
  const reads: Read[] = []
  for (const { pattern, read } of READERS[language])
    for (const m of folded.text.matchAll(pattern)) {
      const end = m.index + m[0].length
      if (taken.some((t) => m.index < t.end && end > t.at)) continue
      const values = read(m as RegExpExecArray).filter(({ name, value }) => {
        const [min, max] = MEASURE_RANGE[name]
        return Number.isFinite(value) && value >= min && value <= max
      })
      if (values.length === 0) continue
      taken.push({ at: m.index, end })
      for (const v of values) reads.push({ ...v, at: m.index, length: m[0].length })
    }
  const measures: Measure[] = []
  for (const r of reads.sort((a, b) => a.at - b.at))
    if (!measures.some((m) => m.name === r.name))
      measures.push({ name: r.name, value: r.value, source: 'narrative', quote: quoteOf(words, folded, r.at, r.length) })
  return { measures, age: age.first }
}

const AGE: Readonly<Record<Language, readonly RegExp[]>> = {
  en: [
    /\b(\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[\s-]?(y(?:ea)?rs?|months?|mo|weeks?|wks?|days?)[\s-]?olds?\b/g,
    /\b(\d{1,3})\s?(y)(?:\/?o|rs?\/?o)\b/g,
    /\b(\d{1,2})\s?(m)(?:\/?o)\b/g,
    /\baged?\s(\d{1,3})()\b/g,
    /\b(?:i am|i'm|im|he is|he's|she is|she's)\s(\d{1,3})()\b(?!\s?(?:weeks|months|days|wks|%|\/|\.\d|st|kg|lb))/g,
  ],
  es: [
    /(?<!embarazad[ao] )\bde (\d{1,3}|un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez) (anos?|mes(?:es)?|semanas?|dias?)\b(?! de)/g,
    /\b(?:tengo|tiene) (\d{1,3}) (anos?|mes(?:es)?|semanas)\b(?! (?:de|con))/g,
  ],
}
const ageUnit = (unit: string): AgeUnit =>
  /^(?:mo|me|m$)/.test(unit) ? 'month' : /^(?:w|s)/.test(unit) ? 'week' : /^d/.test(unit) ? 'day' : 'year'

const readAge = (words: string, folded: Folded, language: Language, profile: Profile) => {
  const spans: { at: number; length: number }[] = []
  let first: (AgeMention & { at: number }) | undefined
  for (const pattern of AGE[language])
    for (const m of folded.text.matchAll(pattern)) {
      spans.push({ at: m.index, length: m[0].length })
      const value = toNumber(m[1] ?? '', language)
      const around = folded.text.slice(Math.max(0, m.index - 30), m.index + m[0].length + 20).split(/[^a-z]+/)
      const someoneElse =
        around.some((w) => isPersonWord(w, language)) && !around.some((w) => isPatientWord(w, language, profile))
      if (someoneElse || !(value <= 120) || (first && first.at <= m.index)) continue
      first = { age: { value, unit: ageUnit(m[2] ?? '') }, quote: quoteOf(words, folded, m.index, m[0].length), at: m.index }
    }
  return { spans, first: first && { age: first.age, quote: first.quote } }
}
