import type { Language } from '#contracts/clinical/language.ts'
import { en, type KioskText } from './en.ts'
import { es } from './es.ts'

export type { KioskText } from './en.ts'

/** Text of the kiosk by language. */
export const kioskText: Readonly<Record<Language, KioskText>> = { en, es }
