import { z } from 'zod'
import { Passage } from './guideline.ts'

const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)

/** `knowledge/manifest.json`, written by `npm run index`. `id` is what a packet carries as `indexId`. */
export const IndexManifest = z.strictObject({
  id: z.string(),
  contentHash: Sha256Hex,
  embedderId: z.string(),
  embedderHash: Sha256Hex,
  passages: z.number().int().positive(),
  files: z.strictObject({
    'content.json': Sha256Hex,
    'passages.json': Sha256Hex,
    'voy.json': Sha256Hex,
    'lay.json': Sha256Hex,
  }),
})
export type IndexManifest = z.infer<typeof IndexManifest>

/** `knowledge/passages.json`: what lexical search indexes and the page shows. */
export const PassageFile = z.strictObject({ passages: z.array(Passage).min(1) })
export type PassageFile = z.infer<typeof PassageFile>
