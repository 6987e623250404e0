import { z } from 'zod'

/** `narrative-understanding`: findings with their place, triage level and complaint of a patient's words. */
export const ModelTask = z.enum(['text-generation', 'feature-extraction', 'narrative-understanding'])
export type ModelTask = z.infer<typeof ModelTask>

const ModelEngine = z.enum(['transformers', 'webllm', 'endpoint'])

/** Names a folder of the store and a part of an address, so it holds nothing that leads elsewhere. */
export const ModelId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)

/** A path below a folder: no way out, nothing hidden. */
export const InnerPath = z.string().regex(/^(?!.*(^|\/)\.)[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/)

const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)

export const ModelLicence = z.strictObject({
  name: z.string(),
  url: z.url().nullable(),
  /** True when its text must be agreed to before use: `--accept-licence`. */
  acceptance: z.boolean(),
  /** What a clinic must know before it chooses this model. */
  note: z.string().optional(),
})

/** What a clinic chooses by. Figures are those of the publisher unless `run` says that they were measured here. */
export const ModelFacts = z.strictObject({
  name: z.string(),
  /** Rows of one family are the same model in other quantisations: the way out where a GPU lacks a feature. */
  family: z.string(),
  architecture: z.string(),
  parameters: z.number().int().positive(),
  quantisation: z.string(),
  /** What a device downloads, about; null where nothing is downloaded. */
  downloadMib: z.number().positive().nullable(),
  licence: ModelLicence,
  /** What the device's GPU must have; empty: runs without a GPU. */
  gpu: z.array(z.enum(['webgpu', 'shader-f16'])),
  /** Memory for weights and cache at `contextTokens`, about: of the GPU where `gpu` is not empty, else of the process. */
  memoryMib: z.number().int().positive(),
  contextTokens: z.number().int().positive(),
  /** BCP 47, as the publisher names them. */
  languages: z.array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/)),
  /** kiosk: any device, no GPU · tablet: small GPU · pc: 4 GiB and more for the GPU · server: no browser holds it. */
  device: z.enum(['kiosk', 'tablet', 'pc', 'server']),
  /** On what it was run by this project, or that it was not. */
  run: z.string(),
})
export type ModelFacts = z.infer<typeof ModelFacts>

/** One file at its publisher. Size and hash where they are known beforehand; else a pull records what it saw. */
export const SourceFile = z.strictObject({
  path: InnerPath,
  bytes: z.number().int().positive().optional(),
  sha256: Sha256Hex.optional(),
})
export type SourceFile = z.infer<typeof SourceFile>

const Repository = z.string().regex(/^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/)

/** Where a model's files are. In `mlc` the chat configuration and tensor cache name most of the files; the rest is listed. */
const FileSource = z.strictObject({
  /** pull: published as it is · convert: nobody publishes this layout; make it, then `import` (or pull it from a mirror of one's own). */
  how: z.enum(['pull', 'convert']),
  layout: z.enum(['onnx', 'mlc']),
  /** Key of the catalogue's `upstreams`. */
  upstream: z.string(),
  repository: Repository,
  revision: z.string(),
  files: z.array(SourceFile),
  /** web-llm's compiled WebGPU library, which lives elsewhere. */
  library: z.strictObject({ upstream: z.string(), repository: Repository, revision: z.string(), file: SourceFile }).optional(),
  note: z.string().optional(),
})
export type FileSource = z.infer<typeof FileSource>

const ServedSource = z.strictObject({
  /** serve: an OpenAI-compatible server on the clinic's network runs it; the store keeps no files. */
  how: z.literal('serve'),
  repository: Repository,
  note: z.string(),
})

const row = { id: ModelId, engine: ModelEngine, task: ModelTask }

/** A model that is here. `training/` writes the first five members; `facts` are for people who choose. */
export const ModelRow = z.strictObject({
  ...row,
  /** Relative to the catalogue, or an absolute path of the same origin. */
  manifest: z.string(),
  default: z.boolean(),
  facts: ModelFacts.optional(),
})
export type ModelRow = z.infer<typeof ModelRow>

/** A model that can be had. */
export const ModelOffer = z.strictObject({
  ...row,
  facts: ModelFacts,
  source: z.discriminatedUnion('how', [FileSource, ServedSource]),
})
export type ModelOffer = z.infer<typeof ModelOffer>

/** `model-shards/catalog.json`, the store's own `catalog.json`, and both together at `GET /models/catalog.json`. */
export const ModelCatalog = z
  .strictObject({
    /** Addresses with `{repository}`, `{revision}` and `{path}`. Data only: used when a person asks for it by name. */
    upstreams: z.record(z.string(), z.string()).optional(),
    models: z.array(ModelRow),
    offers: z.array(ModelOffer).optional(),
  })
  .superRefine(({ models, offers = [], upstreams = {} }, context) => {
    const ids = [...models, ...offers].map((m) => m.id)
    const twice = ids.find((id, i) => ids.indexOf(id) !== i)
    if (twice !== undefined) context.addIssue({ code: 'custom', message: `${twice} has two rows` })
    for (const { id, engine, source } of offers) {
      if ((engine === 'endpoint') !== (source.how === 'serve'))
        context.addIssue({ code: 'custom', message: `${id}: what is served runs on the endpoint engine, and nothing else does` })
      if (source.how === 'serve') continue
      for (const name of [source.upstream, source.library?.upstream])
        if (name !== undefined && !(name in upstreams))
          context.addIssue({ code: 'custom', message: `${id}: no upstream ${name}` })
    }
  })
export type ModelCatalog = z.infer<typeof ModelCatalog>
