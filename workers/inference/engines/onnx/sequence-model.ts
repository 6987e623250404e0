import { AutoModelForSeq2SeqLM, DynamicCache, Tensor } from '@huggingface/transformers'
import { err, ok, type Result } from '#contracts/result.ts'
import type { LoadError } from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import type { LanguageModel } from '../../generate/language-model.ts'
import type { Variant } from '../../model/variant.ts'
import type { VerifiedFiles } from '../../model/verified-files.ts'
import type { Platform } from '../platform.ts'
import { serveFiles } from '../served-files.ts'
import { instructionChat } from './chat.ts'
import { cacheOf, emptyCache, int64, lastLogits, ones, type Session } from './feeds.ts'
import { sessionOptions } from './session-options.ts'
import { openTextModel, readJson } from './text-model.ts'

/** What was read and what was written of it so far. */
export type SequenceCache = {
  /** The encoder's output, and the mask of the text it read. */
  hidden: Tensor
  mask: Tensor
  /** Keys and values of the decoder; those of the encoder's output are the same tensors in every step. */
  past: DynamicCache
  isFirst: boolean
}
export type SequenceModel = LanguageModel<SequenceCache> & { dispose(): Promise<void> }

/**
 * An encoder-decoder model (T5, mT5). The encoder reads the conversation once, and the keys and values that the decoder makes of
 * its output are computed once. The decoder reads token by token, since exports are made for one at a time.
 */
export const loadSequenceModel = async (
  manifest: ModelManifest,
  files: VerifiedFiles,
  variant: Variant,
  device: Platform['device'],
): Promise<Result<SequenceModel, LoadError>> => {
  const withdraw = serveFiles(manifest.id, files)
  try {
    const text = await openTextModel(manifest, files)
    if (!text.ok) return text
    const start = startToken(readJson(files, 'generation_config.json'), readJson(files, 'config.json'))
    if (start === null) return err({ type: 'load-failed', code: 'no-start-token' })
    const model = await AutoModelForSeq2SeqLM.from_pretrained(manifest.id, sessionOptions(variant, device))
    const { model: encoder, decoder_model_merged: decoder } = model.sessions as unknown as Record<string, RunningSession>
    if (!encoder || !decoder) return err({ type: 'load-failed', code: 'model-unsupported' })

    const read = async (tokens: readonly number[]): Promise<Pick<SequenceCache, 'hidden' | 'mask'>> => {
      const mask = ones(tokens.length)
      const feeds = { input_ids: int64(tokens.map(BigInt)).ort_tensor, attention_mask: mask.ort_tensor }
      const { last_hidden_state } = await encoder.run(feeds)
      if (!last_hidden_state) throw new Error('no encoder output')
      return { hidden: new Tensor(last_hidden_state), mask }
    }
    /** One token more; `from` without a cache is the beginning. */
    const write = async (token: number, from: Pick<SequenceCache, 'hidden' | 'mask'> & { past?: DynamicCache }) => {
      const hasBranches = decoder.inputNames.includes('use_cache_branch')
      const outputs = (await model({
        encoder_outputs: from.hidden,
        attention_mask: from.mask,
        decoder_input_ids: int64([BigInt(token)]),
        past_key_values: from.past ?? (hasBranches ? null : emptyCache(decoder)),
      })) as Record<string, Tensor>
      const cache: SequenceCache = {
        hidden: from.hidden,
        mask: from.mask,
        past: from.past ? withCrossOf(from.past, cacheOf(outputs)) : cacheOf(outputs),
        isFirst: !from.past,
      }
      return { logits: lastLogits(outputs), cache }
    }
    return ok({
      ...text.value,
      ...instructionChat(text.value),
      forward: async (tokens, past) => {
        if (!past) return write(start, await read(tokens))
        const [first, ...rest] = tokens
        if (first === undefined) throw new Error('nothing to read')
        let step = await write(first, past)
        for (const token of rest) {
          const before = step.cache
          step = await write(token, before)
          release(before)
        }
        return step
      },
      release,
      dispose: async () => void (await model.dispose()),
    })
  } finally {
    withdraw()
  }
}

type RunningSession = Session & { run(feeds: Record<string, unknown>): Promise<Record<string, Tensor['ort_tensor']>> }

/** What comes from the encoder does not change, and exports leave it out (or empty) after the first step. */
const withCrossOf = (first: DynamicCache, later: DynamicCache): DynamicCache => {
  const isCross = ([name]: [string, unknown]): boolean => name.includes('.encoder.')
  const own = entries(later).filter((e) => !isCross(e))
  for (const [, tensor] of entries(later).filter(isCross)) if (tensor.location === 'gpu-buffer') tensor.dispose()
  return new DynamicCache(Object.fromEntries([...own, ...entries(first).filter(isCross)]))
}

/** A later step shares the encoder's part with the first, which is the one that gives it back. */
const release = ({ hidden, past, isFirst }: SequenceCache): void => {
  if (isFirst) {
    void past.dispose()
    if (hidden.location === 'gpu-buffer') hidden.dispose()
    return
  }
  void new DynamicCache(Object.fromEntries(entries(past).filter(([name]) => !name.includes('.encoder.')))).dispose()
}

const entries = (cache: DynamicCache): [string, Tensor][] => Object.entries(cache) as [string, Tensor][]

const startToken = (...configs: unknown[]): number | null => {
  for (const config of configs) {
    const { decoder_start_token_id: id } = (config ?? {}) as { decoder_start_token_id?: number | null }
    if (typeof id === 'number') return id
  }
  return null
}
