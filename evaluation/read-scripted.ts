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
/** The option itself is worded as a denial or a lack ("Not drinking", "Fewer wet nappies"): yes and no to its subject mean the reverse. */
const DENIAL: Readonly<Record<Language, RegExp>> = {
  en: /^(?:(?:i|he|she|you) )?(?:cannot|can't|do(?:es)? not|not|no|unable|will not|won't|fewer|less|\w+ less)\b/i,
  es: /^(?:no|sin|menos|\w+ menos)\b/i,
}
export const isDenial = (label: string, language: Language): boolean => DENIAL[language].test(label)

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

const YES_OR_NO = /^\W*(?:yes|yeah|no|nope|sí|si)(?![\p{L}])[\s,.]*/iu

/** Yes, no or unsure, from a reply to something that is asked or offered as `label`. */
export const meaningOf = (
  reply: string,
  label: string,
  language: Language,
  knowledge: ReplyKnowledge,
  finding?: string,
): Meaning => {
  if (isReassuring(reply, language) || affirmsTheDenied(reply, label, language)) return 'no'
  const asked: Question = { kind: 'yes-no', id: 'scripted', text: { en: label, es: label }, finding: finding ?? 'feeling-unwell' }
  const answer = parseReply(asked, reply, language, knowledge)
  if (answer?.kind !== 'yes-no') return 'unread'
  if (answer.value === 'unsure') return 'unsure'
  if (!isDenial(label, language)) return answer.value
  const rest = reply.replace(YES_OR_NO, '')
  if (answer.value === 'yes') return NEGATION[language].test(rest) ? 'yes' : 'unsure'
  return rest !== '' && !NEGATION[language].test(rest) ? 'no' : 'unsure'
}
