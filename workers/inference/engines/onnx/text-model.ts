import { AutoTokenizer } from '@huggingface/transformers'
import { err, ok, type Result } from '#contracts/result.ts'
import type { LoadError } from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import type { LanguageModel } from '../../generate/language-model.ts'
import type { VerifiedFiles } from '../../model/verified-files.ts'
import { tokenizerFacts } from '../token-bytes.ts'
import { continuation } from './continuation.ts'

/** The half of a language model that turns text into ids and back; the other half computes. */
export type TextModel = Pick<LanguageModel<unknown>, 'contextTokens' | 'endTokens' | 'tokenBytes' | 'encode'> & {
  special: readonly string[]
  /** Jinja source of the model's own chat format, null where it has none. */
  chatTemplate: string | null
  render(messages: readonly { role: string; content: string }[], isPrompt: boolean): string
  /** Ids of a text that brings its own special tokens. */
  encodeRaw(text: string, addSpecial: boolean): number[]
}

/** Opens the tokenizer among `files`, which are served to the library for as long as this runs. */
export const openTextModel = async (manifest: ModelManifest, files: VerifiedFiles): Promise<Result<TextModel, LoadError>> => {
  const json = readJson(files, 'tokenizer.json')
  const facts = tokenizerFacts(json)
  if (!facts) return err({ type: 'load-failed', code: 'tokenizer-unsupported' })
  const endTokens = endTokenIds(
    [readJson(files, 'generation_config.json'), readJson(files, 'config.json')],
    readJson(files, 'tokenizer_config.json'),
    json,
  )
  if (endTokens.size === 0) return err({ type: 'load-failed', code: 'no-end-token' })
  const tokenizer = await AutoTokenizer.from_pretrained(manifest.id)
  const encodeRaw = (text: string, addSpecial: boolean): number[] => tokenizer.encode(text, { add_special_tokens: addSpecial })
  // A file of its own goes before the member of tokenizer_config.json, as in the library models come from.
  const chatTemplate = readText(files, 'chat_template.jinja') ?? templateOf(tokenizer.chat_template)
  return ok({
    contextTokens: manifest.contextTokens,
    endTokens,
    tokenBytes: facts.bytes,
    special: facts.special,
    chatTemplate,
    encode: continuation((text) => encodeRaw(text, false), facts.bytes),
    encodeRaw,
    render: (messages, isPrompt) =>
      tokenizer.apply_chat_template([...messages], {
        add_generation_prompt: isPrompt,
        tokenize: false,
        ...(chatTemplate === null ? {} : { chat_template: chatTemplate }),
      }),
  })
}

export const readJson = (files: VerifiedFiles, path: string): unknown => {
  const text = readText(files, path)
  return text === null ? null : JSON.parse(text)
}

const readText = (files: VerifiedFiles, path: string): string | null => {
  const bytes = files.get(path)
  return bytes ? new TextDecoder().decode(bytes) : null
}

/** One template, or several by name. */
const templateOf = (given: unknown): string | null => {
  if (typeof given === 'string') return given
  const named = (given as { default?: unknown } | null)?.default
  return typeof named === 'string' ? named : null
}

/** The first configuration that names any, and the tokenizer's own: publishers forget one or the other. */
const endTokenIds = (configs: unknown[], about: unknown, tokenizer: unknown): Set<number> => {
  const found = new Set<number>()
  for (const config of configs) {
    const ids = (config as { eos_token_id?: number | number[] | null } | null)?.eos_token_id
    if (found.size === 0 && ids !== undefined && ids !== null) for (const id of [ids].flat()) found.add(id)
  }
  const eos = (about as { eos_token?: string | { content: string } | null } | null)?.eos_token
  const text = typeof eos === 'string' ? eos : eos?.content
  const added = (tokenizer as { added_tokens: { id: number; content: string }[] }).added_tokens
  for (const { id, content } of added) if (content === text) found.add(id)
  return found
}
