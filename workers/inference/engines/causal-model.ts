import { AutoModelForCausalLM, AutoTokenizer, DynamicCache, Tensor } from '@huggingface/transformers'
import { err, ok, type Result } from '#contracts/result.ts'
import type { LoadError } from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import type { LanguageModel } from '../generate/language-model.ts'
import type { Variant } from '../model/variant.ts'
import type { VerifiedFiles } from '../model/verified-files.ts'
import type { Platform } from './platform.ts'
import { serveFiles } from './served-files.ts'
import { tokenizerFacts, withoutSpecials } from './token-bytes.ts'

export type CausalModel = LanguageModel<DynamicCache> & { dispose(): Promise<void> }

/** A decoder-only model of transformers.js behind the interface the decoder reads. */
export const loadCausalModel = async (
  manifest: ModelManifest,
  files: VerifiedFiles,
  variant: Variant,
  device: Platform['device'],
): Promise<Result<CausalModel, LoadError>> => {
  const facts = tokenizerFacts(readJson(files, 'tokenizer.json'))
  const endTokens = endTokenIds(readJson(files, 'generation_config.json'), readJson(files, 'config.json'))
  if (!facts) return err({ type: 'load-failed', code: 'tokenizer-unsupported' })
  if (endTokens.size === 0) return err({ type: 'load-failed', code: 'no-end-token' })

  const withdraw = serveFiles(manifest.id, files)
  try {
    const tokenizer = await AutoTokenizer.from_pretrained(manifest.id)
    if (!tokenizer.chat_template) return err({ type: 'load-failed', code: 'no-chat-template' })
    const model = await AutoModelForCausalLM.from_pretrained(manifest.id, {
      device,
      dtype: variant.dtype,
      // Folds int8 weights to fp32 once: quantised kernels are several times slower in WASM (DESIGN, section 9).
      session_options: { extra: { session: { disable_quant_qdq: '1' } } },
    })
    return ok({
      contextTokens: manifest.contextTokens,
      endTokens,
      tokenBytes: facts.bytes,
      encode: (text) => tokenizer.encode(text, { add_special_tokens: false }),
      encodeChat: (messages) => {
        const clean = messages.map((m) => ({ role: m.role, content: withoutSpecials(m.content, facts.special) }))
        const text = tokenizer.apply_chat_template(clean, { add_generation_prompt: true, tokenize: false })
        return tokenizer.encode(text, { add_special_tokens: false })
      },
      forward: async (tokens, past) => {
        const total = tokens.length + (past?.get_seq_length() ?? 0)
        const outputs = (await model({
          input_ids: int64(tokens.map(BigInt)),
          attention_mask: int64(new Array<bigint>(total).fill(1n)),
          num_logits_to_keep: new Tensor('int64', [1n], []),
          past_key_values: past ?? emptyCache(model.sessions),
        })) as Record<string, Tensor>
        const { logits, ...presents } = outputs
        if (!logits) throw new Error('no logits')
        const width = logits.dims.at(-1) ?? 0
        const data = logits.to('float32').data as Float32Array
        const cache = new DynamicCache(
          Object.fromEntries(Object.entries(presents).map(([k, t]) => [k.replace('present', 'past_key_values'), t])),
        )
        return { logits: data.slice(data.length - width), cache }
      },
      release: (cache) => void cache.dispose(),
      dispose: async () => void (await model.dispose()),
    })
  } finally {
    withdraw()
  }
}

/** A cache of no tokens, by the shapes the session declares: batch 1, every other open dimension 0. */
const emptyCache = (sessions: Record<string, { inputMetadata: readonly TensorInput[] }>): DynamicCache => {
  const inputs = (sessions.model?.inputMetadata ?? []).filter((m) => m.name.startsWith('past_key_values.'))
  return new DynamicCache(
    Object.fromEntries(
      inputs.map(({ name, type, shape }) => {
        const dims = (shape ?? []).map((d, i) => (typeof d === 'number' ? d : i === 0 ? 1 : 0))
        return [
          name,
          new Tensor(
            type === 'float16' ? 'float16' : 'float32',
            type === 'float16' ? new Uint16Array() : new Float32Array(),
            dims,
          ),
        ]
      }),
    ),
  )
}
type TensorInput = { name: string; type?: string; shape?: readonly (number | string)[] }

const int64 = (values: readonly bigint[]): Tensor => new Tensor('int64', BigInt64Array.from(values), [1, values.length])

const readJson = (files: VerifiedFiles, path: string): unknown => {
  const bytes = files.get(path)
  return bytes ? JSON.parse(new TextDecoder().decode(bytes)) : null
}

const endTokenIds = (...configs: unknown[]): Set<number> => {
  for (const config of configs) {
    const ids = (config as { eos_token_id?: number | number[] } | null)?.eos_token_id
    if (ids !== undefined) return new Set([ids].flat())
  }
  return new Set()
}
