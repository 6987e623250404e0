import { z } from 'zod'

/**
 * Front matter of `knowledge-index/guidelines/*.md`. Each `## Heading {#anchor}` section is one passage
 * (40-90 words), id `guideline-id#anchor`. The language of a guideline is one of the offered languages.
 */
export const GuidelineMeta = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  language: z.enum(['en', 'es']),
  source: z.string(),
  publisher: z.string(),
  year: z.number().int(),
  licence: z.string(),
  version: z.string(),
  reviewed: z.iso.date(),
  reviewDue: z.iso.date(),
  /** Protocols this guideline serves; retrieval prefers it where one of them was chosen. */
  protocols: z.array(z.string()).min(1),
})
export type GuidelineMeta = z.infer<typeof GuidelineMeta>

/** A chunk of a guideline, as indexed and cited. */
export const Passage = z.strictObject({
  id: z.string(),
  guidelineId: z.string(),
  heading: z.string(),
  text: z.string(),
  title: z.string(),
  source: z.string(),
  language: z.enum(['en', 'es']),
  version: z.string(),
  reviewed: z.iso.date(),
  reviewDue: z.iso.date(),
  protocols: z.array(z.string()),
})
export type Passage = z.infer<typeof Passage>
