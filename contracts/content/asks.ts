import { z } from 'zod'

const Wordings = z.array(z.string().min(3).max(400)).min(2)

/**
 * `knowledge-index/asks/<guideline>.yaml`: how people ask for each passage of a guideline, by section anchor, in their own words. The
 * embedder learns from them, and the index knows each passage by them; they are never shown.
 */
export const Asks = z.strictObject({
  guideline: z.string(),
  asks: z.record(z.string(), z.strictObject({ en: Wordings, es: Wordings })),
})
export type Asks = z.infer<typeof Asks>
