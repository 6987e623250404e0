import { AutoModelForCausalLM, type DynamicCache, Tensor } from '@huggingface/transformers'
import { err, ok, type Result } from '#contracts/result.ts'
import type { LoadError } from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import type { LanguageModel } from '../../generate/language-model.ts'
import type { Variant } from '../../model/variant.ts'
import type { VerifiedFiles } from '../../model/verified-files.ts'
import type { Platform } from '../platform.ts'
import { serveFiles } from '../served-files.ts'
import { templateChat } from './chat.ts'
import { cacheOf, emptyCache, int64, lastLogits, ones, type Session } from './feeds.ts'
import { sessionOptions } from './session-options.ts'
import { openTextModel } from './text-model.ts'

export type CausalModel = LanguageModel<DynamicCache> & { dispose(): Promise<void> }

/** An export that gives the logits of every token would need gigabytes for a long prompt and a large vocabulary. */
const TOKENS_A_PASS = 128

/** A decoder-only model of transformers.js behind the interface the decoder reads. */
export const loadCausalModel = async (
  manifest: ModelManifest,
  files: VerifiedFiles,
  variant: Variant,
  device: Platform['device'],
): Promise<Result<CausalModel, LoadError>> => {
  const withdraw = serveFiles(manifest.id, files)
  try {
    const text = await openTextModel(manifest, files)
    if (!text.ok) return text
    const chat = text.value.chatTemplate === null ? null : templateChat(text.value)
    if (!chat) return err({ type: 'load-failed', code: 'no-chat-template' })
    const model = await AutoModelForCausalLM.from_pretrained(manifest.id, sessionOptions(variant, device))
    const session = (model.sessions as Record<string, Session>).model
    if (!session) return err({ type: 'load-failed', code: 'model-unsupported' })
    const pass = async (tokens: readonly number[], past: DynamicCache | null) => {
      const seen = past?.get_seq_length() ?? 0
      // An export with two branches takes no cache as the sign for the first; others want one of no tokens.
      const before = past ?? (session.inputNames.includes('use_cache_branch') ? null : emptyCache(session))
      const outputs = (await model({
        input_ids: int64(tokens.map(BigInt)),
        attention_mask: ones(seen + tokens.length),
        num_logits_to_keep: new Tensor('int64', [1n], []),
        past_key_values: before,
      })) as Record<string, Tensor>
      return { logits: lastLogits(outputs), cache: cacheOf(outputs) }
    }
    const atOnce = session.inputNames.includes('num_logits_to_keep') ? Number.POSITIVE_INFINITY : TOKENS_A_PASS
    return ok({
      ...text.value,
      ...chat,
      forward: async (tokens, past) => {
        let read = await pass(tokens.slice(0, atOnce), past)
        for (let at = atOnce; at < tokens.length; at += atOnce) {
          const next = await pass(tokens.slice(at, at + atOnce), read.cache)
          void read.cache.dispose()
          read = next
        }
        return read
      },
      release: (cache) => void cache.dispose(),
      dispose: async () => void (await model.dispose()),
    })
  } finally {
    withdraw()
  }
}
