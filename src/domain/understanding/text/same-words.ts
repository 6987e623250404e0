/**
 * Near-synonyms and irregular forms that inflection does not reach, written as `chosen: others`. Terms and the patient's
 * words both go through it, so one wording of a term serves them all.
 */
const FAMILIES: Readonly<Record<string, string>> = {
  can: 'could',
  belly: 'tummy tum tummie stomach stomache stomac stumach stomachs tummies abdomen abdomin bellies',
  pee: 'wee urinate urine urin pees wees peed urinates piss',
  peeing: 'weeing urinating pissing',
  poo: 'poop stool stools faeces feces poos poops pooh',
  pooing: 'pooping',
  pill: 'pills tablet tablets tabs capsule capsules tablest',
  phlegm: 'sputum flem flegm phlem phelgm',
  hurt: 'ache aches aching achy ached hurts hurting',
  swollen: 'swelling swelled swole swolen swells swell swollon swelt',
  bleed: 'bled',
  throw: 'threw thrown throwing throws',
  lose: 'lost losing loses',
  spit: 'spat',
  trouble: 'difficulty difficulties',
  medicine: 'medicines medication medications meds',
  ate: 'eaten',
  breathe: 'breathin brethe breeth',
}

const SAME: ReadonlyMap<string, string> = new Map(
  Object.entries(FAMILIES).flatMap(([chosen, others]) => others.split(' ').map((w): [string, string] => [w, chosen])),
)

/** The word that stands for all of its family; a `*` at the end is kept. */
export const same = (word: string): string =>
  word.endsWith('*') ? `${SAME.get(word.slice(0, -1)) ?? word.slice(0, -1)}*` : (SAME.get(word) ?? word)
