import { z } from 'zod'

const Base64 = z.string()

/** Which ICPC-2 code names a story best: linear in hashed words and what is known; stage acuity. */
export const ComplaintModelFile = z.strictObject({
  codes: z.array(z.string().regex(/^[A-Z]\d{2}$/)).min(2),
  buckets: z.number().int().positive(),
  knownWeight: z.number().positive(),
  /** int8 [codes, 2 x buckets] (words, known), one float32 scale and intercept a code. */
  weights: Base64,
  scales: Base64,
  intercepts: Base64,
})
export type ComplaintModelFile = z.infer<typeof ComplaintModelFile>

/**
 * The learnt acuity model: how much a narrative with its findings resembles those that readers placed at or above each
 * level. Linear in hashed n-grams and findings; written by `training/` (stage acuity). It can raise a level, never lower it.
 */
export const AcuityFile = z.strictObject({
  id: z.string(),
  /** Buckets of each group of features. */
  buckets: z.number().int().positive(),
  /** Inverse document frequency of the n-gram buckets: float32 [2 x buckets], characters then words. */
  idf: Base64,
  /** Weight of the group of findings and circumstances against the n-grams. */
  factWeight: z.number().positive(),
  /** Below this probability of `medium` or more, a story that no rule decided is `low`. */
  lowBelow: z.number().min(0).max(1),
  /** One a level, lowest first: int8 weights [3 x buckets] (characters, words, facts) with one scale, an intercept, and the probability from which the level is raised. */
  heads: z
    .array(
      z.strictObject({
        level: z.enum(['medium', 'high', 'emergency']),
        weights: Base64,
        scale: z.number(),
        intercept: z.number(),
        threshold: z.number().min(0).max(1),
      }),
    )
    .length(3),
})
export type AcuityFile = z.infer<typeof AcuityFile>
