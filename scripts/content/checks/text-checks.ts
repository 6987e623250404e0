import type { Language } from '#contracts/clinical/language.ts'

/** Common medicines by generic or household name, English and Spanish. Content for patients and staff actions names none. */
const medicines =
  `paracetamol acetaminophen acetaminofen acetaminofén tylenol panadol ibuprofen ibuprofeno advil nurofen aspirin aspirina naproxen naproxeno
  diclofenac diclofenaco codeine codeína tramadol morphine morfina oxycodone oxicodona fentanyl fentanilo ketorolac metamizole metamizol nolotil
  amoxicillin amoxicilina penicillin penicilina azithromycin azitromicina clarithromycin claritromicina doxycycline doxiciclina flucloxacillin
  cefalexin cefalexina ceftriaxone ceftriaxona ciprofloxacin ciprofloxacino nitrofurantoin nitrofurantoína trimethoprim trimetoprima fosfomycin
  fosfomicina metronidazole metronidazol benzylpenicillin aciclovir aciclovir oseltamivir prednisolone prednisolona prednisone prednisona
  dexamethasone dexametasona hydrocortisone hidrocortisona salbutamol albuterol ventolin ipratropium ipratropio adrenaline epinephrine adrenalina
  epinefrina cetirizine cetirizina loratadine loratadina chlorphenamine clorfenamina diphenhydramine difenhidramina omeprazole omeprazol
  lansoprazole loperamide loperamida ondansetron metoclopramide metoclopramida warfarin warfarina apixaban rivaroxaban dabigatran heparin heparina
  clopidogrel nitroglycerin nitroglicerina metformin metformina insulin insulina sertraline sertralina fluoxetine fluoxetina citalopram
  diazepam lorazepam sumatriptan sumatriptán propranolol amlodipine lisinopril ramipril furosemide furosemida alteplase alteplasa naloxone naloxona`
    .split(/\s+/)
    .filter((w) => w !== '')
const medicinePattern = new RegExp(`(?<![\\p{L}])(?:${[...new Set(medicines)].join('|')})(?![\\p{L}])`, 'iu')
const dosePattern =
  /\b\d+(?:[.,]\d+)?\s*(?:mg|mcg|µg|micrograms?|microgramos?|milligrams?|miligramos?|g\/kg|ml|units|tablets?|pills?|capsules?|comprimidos?|cápsulas?|puffs?|gotas|drops)\b/iu
const certaintyPattern =
  /\b(?:definitely|certainly|undoubtedly|without doubt|100\s?%|nothing to worry about|no need to worry|you have (?:a|an|the)?\s*(?:infection|cancer|heart attack|stroke)|sin duda|seguro que|definitivamente|no se preocupe|no hay de qué preocuparse)/iu

const hedge: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:possible|possibly|likely|may|might|could|concerning for|consider|suspected|suspicion|suggests?|suggestive|cannot be ruled out|raises? the question)\b/i,
  es: /(?<!\p{L})(?:posibles?|posiblemente|probables?|probablemente|podrían?|puede|pueden|preocupa(?:nte)?|sospecha|sugiere|sugieren|sugestivo|considere|considerar|no se puede descartar|compatible)(?!\p{L})/iu,
}

/** The medicine or dose a text names, or null. */
export const medicineIn = (text: string): string | null => (medicinePattern.exec(text) ?? dosePattern.exec(text))?.[0] ?? null

/** Wording that promises certainty or reassures without ground, or null. */
export const certaintyIn = (text: string): string | null => certaintyPattern.exec(text)?.[0] ?? null

/** Whether a consideration is hedged in its language. */
export const isHedged = (text: string, language: Language): boolean => hedge[language].test(text)

const syllables = (word: string): number => {
  const w = word.toLowerCase().replace(/[^a-z]/g, '')
  if (w.length <= 3) return w === '' ? 0 : 1
  const groups = w.replace(/(?:[^laeiouy]es|[^laeiouytd]ed|[^laeiouy]e)$/, '').match(/[aeiouy]{1,2}/g)
  return Math.max(1, groups?.length ?? 1)
}

/** Flesch-Kincaid grade of English texts taken together (Kincaid 1975); an estimate, syllables are counted by vowel groups. */
export const readingGrade = (texts: readonly string[]): number => {
  let words = 0
  let sentences = 0
  let syllableCount = 0
  for (const text of texts) {
    const found = text.match(/[A-Za-z']+/g) ?? []
    words += found.length
    syllableCount += found.reduce((n, w) => n + syllables(w), 0)
    sentences += Math.max(1, (text.match(/[.!?]+(?:\s|$)/g) ?? []).length)
  }
  return words === 0 ? 0 : 0.39 * (words / sentences) + 11.8 * (syllableCount / words) - 15.59
}

const stopWords = new Set(
  'a an and any are as at be been but by can do for from has have if in into is it its may more no not of on or other over so some than that the their them then there these they this to up was when which who with you your'.split(
    ' ',
  ),
)
const stems = (text: string): Set<string> =>
  new Set(
    (text.toLowerCase().match(/[a-z]{3,}/g) ?? [])
      .filter((w) => !stopWords.has(w))
      .map((w) => w.replace(/(?:ing|ed|s)$/, '').replace(/e$/, '')),
  )

/** How many content words (lightly stemmed) two English texts share. */
export const sharedWords = (a: string, b: string): number => {
  const other = stems(b)
  return [...stems(a)].filter((w) => other.has(w)).length
}
