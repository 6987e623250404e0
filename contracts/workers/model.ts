import { z } from 'zod'
import { PublicJwk } from '../wire/keys.ts'
import { ModelTask } from '../wire/model-catalog.ts'

export { ModelCatalog, type ModelRow, ModelTask } from '../wire/model-catalog.ts'

const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)

/** One file of a model, split into shards of at most 16 MiB, in order. `path` is what the engine asks for. */
export const ModelFile = z.strictObject({
  path: z.string(),
  bytes: z.number().int().positive(),
  sha256: Sha256Hex,
  shards: z
    .array(
      z.strictObject({
        path: z.string(),
        bytes: z
          .number()
          .int()
          .positive()
          .max(16 * 1024 * 1024),
        sha256: Sha256Hex,
      }),
    )
    .min(1),
})
export type ModelFile = z.infer<typeof ModelFile>

/** `model-shards/bundled/<model>/manifest.json` */
export const ModelManifest = z.strictObject({
  id: z.string(),
  version: z.string(),
  task: ModelTask,
  architecture: z.string(),
  parameters: z.number().int().positive(),
  contextTokens: z.number().int().positive(),
  licence: z.string(),
  files: z.array(ModelFile).min(1),
  /** SHA-256 over the sorted list of `path sha256` lines: the model hash a packet carries. */
  hash: Sha256Hex,
})
export type ModelManifest = z.infer<typeof ModelManifest>

/** Why a bundled model cannot be used: not in the catalog, not there, or not what its manifest says. */
export type BundledError = { type: 'model-unavailable'; code: string }

/** `model-shards/trusted-keys.json`: a JWKS of the keys whose signature of a manifest (`manifest.jws`) counts. */
export const TrustedKeys = z.strictObject({ keys: z.array(PublicJwk) })
export type TrustedKeys = z.infer<typeof TrustedKeys>
