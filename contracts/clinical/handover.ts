import { z } from 'zod'

/** A hand-over fits in half a minute of speech: this many words over all four parts. */
export const MOST_HANDOVER_WORDS = 120

/** SBAR: situation, background, assessment, recommendation (Leonard, Graham, Bonacum 2004). */
export const Handover = z.strictObject({
  situation: z.string().min(3).max(300),
  background: z.string().min(3).max(400),
  assessment: z.string().min(3).max(600),
  recommendation: z.string().min(3).max(600),
})
export type Handover = z.infer<typeof Handover>

/** Words of all parts, split at white space. */
export const handoverWords = (h: Handover): number => Object.values(h).join(' ').split(/\s+/).filter(Boolean).length
