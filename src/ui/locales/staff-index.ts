import type { Language } from '#contracts/clinical/language.ts'
import { type StaffText, staffEn } from './staff-en.ts'
import { staffEs } from './staff-es.ts'

/** Text of the staff page by language. */
export const staffText: Readonly<Record<Language, StaffText>> = { en: staffEn, es: staffEs }
