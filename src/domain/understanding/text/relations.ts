import type { Language } from '#contracts/clinical/language.ts'
import type { Profile, Relation } from '#contracts/clinical/profile.ts'

type People = Readonly<Record<'children' | 'partners' | 'parents' | 'relatives' | 'friends' | 'clients', RegExp>>

/** Words for people, grouped by what they are to the one who types. */
const PEOPLE: Readonly<Record<Language, People>> = {
  en: {
    children:
      /^(?:son|daughter|child|children|kid|kiddo|baby|babies|infant|toddler|newborn|boy|girl|twin|teenager|stepson|stepdaughter)s?$/,
    partners: /^(?:wife|husband|partner|spouse|boyfriend|girlfriend|fiancee?|hubby)s?$/,
    parents: /^(?:mother|father|mum|mom|mummy|mommy|mam|dad|daddy|parent|stepmother|stepfather)s?$/,
    relatives:
      /^(?:brother|sister|sibling|grandmother|grandfather|grandma|grandpa|granny|nan|nana|grandad|granddad|aunt|auntie|uncle|cousin|niece|nephew|grandson|granddaughter|grandchild|inlaw|family|relative)s?$/,
    friends: /^(?:friend|neighbou?r|roommate|flatmate|coworker|colleague|classmate|mate|boss|teacher)s?$/,
    clients: /^(?:client|patient|resident|lady|man|woman|person)s?$/,
  },
  es: {
    children: /^(?:hij[oa]|hijit[oa]|nin[oa]|bebe|nene|nena|criatura|peque|pequen[oa]|chic[oa]|gemel[oa]|muchach[oa])s?$/,
    partners: /^(?:espos[oa]|marido|mujer|pareja|novi[oa]|conyuge)s?$/,
    parents: /^(?:madre|padre|mama|papa|mami|papi)s?$/,
    relatives:
      /^(?:herman[oa]|abuel[oa]|abuelit[oa]|ti[oa]|prim[oa]|sobrin[oa]|niet[oa]|suegr[oa]|cunad[oa]|familia|familiar(?:es)?)s?$/,
    friends: /^(?:amig[oa]|vecin[oa]|companer[oa]|jef[ea]|maestr[oa])s?$/,
    clients: /^(?:cliente|paciente|residente|senor|senora|persona)s?$/,
  },
}

/** Groups that are the patient when the reporter has this relation to the patient. */
const PATIENT_GROUPS: Readonly<Record<Relation, readonly (keyof People)[]>> = {
  parent: ['children'],
  partner: ['partners'],
  child: ['parents'],
  relative: ['relatives', 'children', 'parents', 'partners'],
  carer: ['clients', 'relatives', 'parents', 'children', 'partners', 'friends'],
  friend: ['friends'],
  other: ['children', 'partners', 'parents', 'relatives', 'friends', 'clients'],
}

/** True when a person word ("son", "esposa") names the patient, given who types. */
export const isPatientWord = (word: string, language: Language, profile: Profile): boolean => {
  if (profile.reporter === 'patient') return false
  return PATIENT_GROUPS[profile.relation ?? 'other'].some((group) => PEOPLE[language][group].test(word))
}

/** True when a word names any person at all. */
export const isPersonWord = (word: string, language: Language): boolean =>
  Object.values(PEOPLE[language]).some((pattern) => pattern.test(word))
