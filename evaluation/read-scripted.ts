import type { Language } from '#contracts/clinical/language.ts'
import type { Question } from '#contracts/content/protocol.ts'
import { parseReply, type ReplyKnowledge } from '#domain/intake/parse-reply.ts'

/**
 * A scripted reply was written by somebody who never saw the kiosk's wording: "drinking well" must not tick "Not
 * drinking". A person at the screen would tap the right thing; this reads what they would tap. `unread` says nothing.
 */
export type Meaning = 'yes' | 'no' | 'unsure' | 'unread'

const REASSURING: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:ok|okay|fine|normal(?:ly)?|well|good|great|safe|plenty|easily|clear(?:ly)?|as usual|like usual|(?:i|he|she|it|they) can|staying down|keep(?:s|ing)? (?:it|them|everything|fluids) down|no (?:problems?|trouble|issues?))\b/i,
  es: /\b(?:bien|normal(?:mente)?|como siempre|sin problemas?|segur[oa]|a salvo|perfectamente|puedo|puede|bastante agua)\b/i,
}
/** Takes the comfort out of it: "it was weak but fine now", "not normal", "worse than normal". */
const DISTURBING: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:but|now|was|were|not|can'?t|cannot|won'?t|isn'?t|doesn'?t|less|worse|more|than|until|barely|hardly|unusual|just about)\b/i,
  es: /\b(?:pero|ahora|no (?:bien|puedo|puede|es normal)|menos|peor|más|que lo normal|apenas|casi|antes)\b/i,
}

/** A reply that says all is well with what was asked. */
export const isReassuring = (reply: string, language: Language): boolean =>
  REASSURING[language].test(reply) && !DISTURBING[language].test(reply)

const TIME = /\b(?:minute|hour|day|week|month|year|minuto|hora|día|dia|semana|mes|año)/i
/** "Yes, 38.5" does not say whether the fever has lasted five days. */
export const isOtherNumber = (reply: string, question: string): boolean =>
  TIME.test(question) && /\d/.test(reply) && !TIME.test(reply)

const NEGATION: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:not|no|never|cannot|\w+n'?t|unable|nothing)\b/i,
  es: /\b(?:no|sin|nada|nunca|tampoco|incapaz)\b/i,
}
/** "Not loads" says how much, and denies nothing. */
const NOT_MUCH: Readonly<Record<Language, RegExp>> = {
  en: /\bnot (?:loads|much|a lot|lots|often|always|very|so|too|that)\b/gi,
  es: /\bno (?:mucho|tanto|siempre|muy|tan)\b/gi,
}
/** The option itself is worded as a denial or a lack ("Not drinking", "Fewer wet nappies"): yes and no to its subject mean the reverse. */
const DENIAL: Readonly<Record<Language, RegExp>> = {
  en: /^(?:(?:i|he|she|you) )?(?:cannot|can't|do(?:es)? not|not|no|unable|will not|won't|fewer|less|\w+ less)\b/i,
  es: /^(?:no|sin|menos|\w+ menos)\b/i,
}
/** With `match`, also a label that denies the very word that the script's pattern names ("A child is hurt or not safe"). */
export const isDenial = (label: string, language: Language, match?: string): boolean =>
  DENIAL[language].test(label) || (match !== undefined && new RegExp(`${DENIED_BEFORE[language]}(?:${match})`, 'i').test(label))

const DENIED_BEFORE: Readonly<Record<Language, string>> = {
  en: String.raw`\b(?:not|cannot|can't|no|without)\s(?:[\w']+\s){0,3}`,
  es: String.raw`(?<![\p{L}])(?:no|sin)\s(?:[\p{L}]+\s){0,3}`.replaceAll('\\p{L}', 'a-záéíóúñ'),
}

const VERB_DENIED: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:not|cannot|can't) (\w{4,})/i,
  es: /\bno (?:se |me |le |puede |puedo )*(\w{4,})/i,
}
/** "It fades" about spots "that do not fade", "I remember it" about "Cannot remember": the reply affirms what the label denies. */
const affirmsTheDenied = (reply: string, label: string, language: Language): boolean => {
  const verb = VERB_DENIED[language].exec(label)?.[1]
  return (
    verb !== undefined && reply.toLowerCase().includes(verb.slice(0, 4).toLowerCase()) && !/n't|\bnot\b|\bcannot\b/i.test(reply)
  )
}

const SMALL =
  /^(?:a|an|the|my|his|her|it|its|is|was|in|on|at|of|and|or|but|bit|little|some|very|quite|just|only|now|yes|yeah|un|una|el|la|los|las|mi|su|es|en|de|y|o|pero|poco|algo|muy|solo|si|sí)$/i
const contentOf = (text: string): string[] => (text.toLowerCase().match(/\p{L}+/gu) ?? []).filter((w) => !SMALL.test(w))
/**
 * "Yes right on the bone at the back of the ankle" is not a plain yes to "Bone through the skin": it says several things that
 * the label does not.
 */
const saysMore = (reply: string, label: string, language: Language): boolean => {
  const own = contentOf(reply.replace(YES_OR_NO, ''))
  const named = new Set(contentOf(label).map((w) => w.slice(0, 4)))
  const shared = own.filter((w) => named.has(w.slice(0, 4))).length
  if (MANNER[language].test(reply)) return false
  return shared === 0 ? own.length >= 2 : own.length >= 3 && shared * 2 < Math.min(own.length, named.size)
}
/** Since when, how often and how bad say nothing else. */
const MANNER: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:since|for|ago|days?|weeks?|hours?|months?|years?|times?|today|yesterday|morning|night|always|often|lots?|bad|badly|worse)\b/i,
  es: /(?<![a-záéíóúñ])(?:desde|hace|días?|semanas?|horas?|meses|años?|veces|hoy|ayer|mañana|noche|siempre|mucho|peor)(?![a-záéíóúñ])/i,
}

/** "A bit" is not "very". */
const SLIGHT: Readonly<Record<Language, RegExp>> = {
  en: /^\W*(?:a (?:bit|little)|slightly|mildly|some)\W*$/i,
  es: /^\W*(?:un poc[oa]|un poquit[oa]|algo|leve)\W*$/i,
}
const STRONG: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:very|severe|worst|hardly)\b/i,
  es: /\b(?:muy|mucho|peor|apenas)\b/i,
}

const YES_OR_NO = /^\W*(?:yes|yeah|no|nope|sí|si)(?![\p{L}])[\s,.]*/iu

/** Yes, no or unsure, from a reply to something that is asked or offered as `label`. */
export const meaningOf = (
  reply: string,
  label: string,
  language: Language,
  knowledge: ReplyKnowledge,
  finding?: string,
  match?: string,
): Meaning => {
  if (isReassuring(reply, language) || affirmsTheDenied(reply, label, language)) return 'no'
  const asked: Question = { kind: 'yes-no', id: 'scripted', text: { en: label, es: label }, finding: finding ?? 'feeling-unwell' }
  const answer = parseReply(asked, reply, language, knowledge)
  if (answer?.kind !== 'yes-no') return 'unread'
  if (answer.value === 'unsure') return 'unsure'
  if (answer.value === 'yes' && SLIGHT[language].test(reply) && STRONG[language].test(label)) return 'no'
  if (!isDenial(label, language, match))
    return answer.value === 'yes' && saysMore(reply, label, language) ? 'unsure' : answer.value
  const rest = reply.replace(YES_OR_NO, '').replace(NOT_MUCH[language], '')
  // "Yes, small sips stay down" affirms what "Not drinking" denies; a bare "yes", or "yes since Monday", may mean either.
  if (answer.value === 'yes')
    return NEGATION[language].test(rest) ? 'yes' : rest === '' || MANNER[language].test(rest) ? 'unsure' : 'no'
  return rest !== '' && !NEGATION[language].test(rest) ? 'no' : 'unsure'
}
