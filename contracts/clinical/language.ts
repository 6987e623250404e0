import { z } from 'zod'

/** Languages every patient-facing text exists in. BCP 47 primary subtags. */
export const Language = z.enum(['en', 'es'])
export type Language = z.infer<typeof Language>

/** One text in every offered language; a missing language fails the build. */
export const LocalizedText = z.strictObject({ en: z.string().min(1), es: z.string().min(1) })
export type LocalizedText = z.infer<typeof LocalizedText>
