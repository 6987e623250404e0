import { z } from 'zod'
import { err, ok, type Result } from '#contracts/result.ts'
import { type FileSource, InnerPath, type ModelFacts } from '#contracts/wire/model-catalog.ts'
import type { StoreError } from './refusal.ts'
import type { Wanted } from './transfer/download.ts'

export const CHAT_CONFIG = 'mlc-chat-config.json'
/** web-llm asks for this name; older exports have the same file under another one. */
export const TENSOR_CACHE = 'tensor-cache.json'
export const OLD_TENSOR_CACHE = 'ndarray-cache.json'

/** What is read of MLC's chat configuration and tensor cache; they hold much more. */
const ChatConfig = z.looseObject({
  model_type: z.string(),
  quantization: z.string(),
  context_window_size: z.number().int().positive(),
  tokenizer_files: z.array(z.string()),
})
const TensorCache = z.looseObject({
  metadata: z.looseObject({ ParamBytes: z.number(), BitsPerParam: z.number() }).partial().optional(),
  records: z
    .array(
      z.looseObject({
        dataPath: InnerPath,
        nbytes: z.number().int().positive(),
        md5sum: z
          .string()
          .regex(/^[0-9a-f]{32}$/)
          .optional(),
      }),
    )
    .min(1),
})
const OnnxConfig = z.looseObject({
  architectures: z.array(z.string()).min(1),
  max_position_embeddings: z.number().int().positive().optional(),
  n_positions: z.number().int().positive().optional(),
})

/** MLC's `model_type` and the architecture that it stands for. */
const ARCHITECTURE: Readonly<Record<string, string>> = {
  llama: 'LlamaForCausalLM',
  gemma2: 'Gemma2ForCausalLM',
  mistral: 'MistralForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
  phi3: 'Phi3ForCausalLM',
}

/** What a folder of files says of itself. */
export type Described = {
  architecture: string
  quantisation: string | null
  contextTokens: number | null
  parameters: number | null
}

const parsed = <T>(schema: z.ZodType<T>, bytes: Uint8Array, path: string): Result<T, StoreError> => {
  try {
    const read = schema.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    return read.success ? ok(read.data) : err({ type: 'wrong-layout', path })
  } catch {
    return err({ type: 'wrong-layout', path })
  }
}

export const describeOnnx = (config: Uint8Array): Result<Described, StoreError> => {
  const read = parsed(OnnxConfig, config, 'config.json')
  if (!read.ok) return read
  const { architectures, max_position_embeddings, n_positions } = read.value
  return ok({
    architecture: architectures[0] ?? '',
    quantisation: null,
    contextTokens: max_position_embeddings ?? n_positions ?? null,
    parameters: null,
  })
}

/** A file that the tensor cache names: what it must be is known from there. */
export type MlcFile = { path: string; bytes?: number; md5?: string }

/** The rest of an MLC model's files, after its chat configuration and tensor cache. */
export const describeMlc = (
  config: Uint8Array,
  cache: Uint8Array,
): Result<{ described: Described; files: MlcFile[] }, StoreError> => {
  const chat = parsed(ChatConfig, config, CHAT_CONFIG)
  if (!chat.ok) return chat
  const tensors = parsed(TensorCache, cache, TENSOR_CACHE)
  if (!tensors.ok) return tensors
  const { model_type, quantization, context_window_size, tokenizer_files } = chat.value
  const offered = tokenizer_files.filter((f) => InnerPath.safeParse(f).success)
  const tokenizer = offered.includes('tokenizer.json')
    ? offered.filter((f) => f === 'tokenizer.json' || f === 'tokenizer_config.json')
    : offered.filter((f) => f === 'tokenizer.model')
  if (tokenizer.length === 0) return err({ type: 'wrong-layout', path: 'tokenizer.json' })
  const { ParamBytes, BitsPerParam } = tensors.value.metadata ?? {}
  return ok({
    described: {
      architecture: ARCHITECTURE[model_type] ?? model_type,
      quantisation: quantization,
      contextTokens: context_window_size,
      parameters: ParamBytes && BitsPerParam ? Math.round((ParamBytes * 8) / BitsPerParam) : null,
    },
    files: [
      ...tokenizer.map((path) => ({ path })),
      ...tensors.value.records.map(({ dataPath, nbytes, md5sum }) => ({
        path: dataPath,
        bytes: nbytes,
        ...(md5sum === undefined ? {} : { md5: md5sum }),
      })),
    ],
  })
}

/** Whether what came is what the catalogue promised. */
export const checkPromise = (facts: ModelFacts, found: Described): StoreError | null => {
  if (found.architecture !== facts.architecture)
    return { type: 'wrong-model', expected: facts.architecture, found: found.architecture }
  if (found.quantisation !== null && found.quantisation !== facts.quantisation)
    return { type: 'wrong-model', expected: facts.quantisation, found: found.quantisation }
  return null
}

/** Files that the catalogue itself names, with web-llm's library beside the rest. */
export const listedFiles = (source: FileSource): Wanted[] => {
  const { upstream, repository, revision, files, library } = source
  const listed = files.map((file) => ({ ...file, place: { upstream, repository, revision, path: file.path } }))
  if (!library) return listed
  const { file, ...place } = library
  const name = file.path.slice(file.path.lastIndexOf('/') + 1)
  return [...listed, { ...file, path: name, place: { ...place, path: file.path } }]
}
