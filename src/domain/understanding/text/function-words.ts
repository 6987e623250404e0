import type { Language } from '#contracts/clinical/language.ts'

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/))

/** Words that carry no meaning of their own inside a term: "my chest is tight" is matched as "chest … tight". */
export const EMPTY_WORDS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: set('my his her their your our the a an i he she they we it is am are was were been be has have had do does did'),
  es: set('el la los las lo un una unos unas mi mis su sus tu me le les se te nos yo ella esta estoy estan he ha han'),
}

/** Dropped like {@link EMPTY_WORDS}, but in English some link must stand in its place: "pain in my back" is not "pain is back". */
export const LINK_WORDS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: set('in on of at across around over under behind through inside along into near'),
  es: set('en de del al por sobre'),
}
export const LINKS_OR_OWNERS: ReadonlySet<string> = set(
  'in on of at across around over under behind through inside along into near down up from to my his her their your the our',
)

/** Free to stand between the words of a term. Any other word counts against the allowance. */
export const FILLERS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: set(
    'my his her their your our the a an this that it its i he she they we is am are was were been be being has have had do does did ' +
      'in on of at across around over under behind through inside along into near down up from to for and or also just like ' +
      'get gets getting got gotten feel feels feeling felt really very so quite pretty too much many bad badly severe terrible awful horrible ' +
      'sharp dull slight slightly mild little bit some lot lots all whole entire left right upper lower low one both side sides top bottom ' +
      'sudden suddenly constant quite extremely super kinda keep keeps kept started starts starting s im ive hes shes ' +
      'about around nearly almost roughly bright fresh dark cupful cup spoonful handful couple loads load more than even still again then actually literally proper',
  ),
  es: set(
    'el la los las lo un una unos unas mi mis su sus tu me le les se te nos yo ella esta este estoy estan he ha han y o en de del al por ' +
      'sobre a muy mucho mucha muchos muchas tan tanto poco bastante fuerte fuertes leve todo toda todos todas lado parte ' +
      'izquierdo izquierda derecho derecha alto alta bajo baja horrible terrible intenso intensa algo de siento siente',
  ),
}
