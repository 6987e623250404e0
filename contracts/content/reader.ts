import { z } from 'zod'
import { FindingCode } from '../clinical/finding.ts'

const Base64 = z.string()
const Layer = z.strictObject({ weight: Base64, bias: Base64 })

/**
 * `reader.json`: the learnt reader of patient wording, written by `training/` (stage reader). Arrays are base64
 * of little-endian rows: int8 with one float32 scale a row for the vectors, float32 for the layers.
 */
export const ReaderFile = z.strictObject({
  id: z.string(),
  /** Length of a word vector. */
  dimensions: z.number().int().positive(),
  filters: z.number().int().positive(),
  hidden: z.number().int().positive(),
  widths: z.array(z.number().int().positive()).min(1),
  codes: z.array(FindingCode).min(1),
  /** Words with a vector of their own, parted by blanks; `vectors` is [words, dimensions]. */
  words: z.string(),
  vectors: Base64,
  vectorScales: Base64,
  /** Vectors of character n-grams (fastText), [bucketCount, dimensions]. */
  bucketCount: z.number().int().positive(),
  buckets: Base64,
  bucketScales: Base64,
  /** One a width: weight [filters, width, dimensions]. */
  convolutions: z.array(Layer),
  /** weight [hidden, filters x widths] */
  hiddenLayer: Layer,
  /** weight [codes + 1, hidden]; the last output says that the words deny what they speak of */
  outLayer: Layer,
})
export type ReaderFile = z.infer<typeof ReaderFile>
