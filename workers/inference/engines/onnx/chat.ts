import type { ChatMessage } from '#contracts/workers/inference.ts'
import type { LanguageModel } from '../../generate/language-model.ts'
import { withoutSpecials } from '../token-bytes.ts'
import type { TextModel } from './text-model.ts'

type Chat = Pick<LanguageModel<unknown>, 'encodeChat' | 'fixedPart' | 'leadingSpace'>

/**
 * Conversations in the model's own format. A format without a system role (Gemma 2, the first Mistral) gets the system message at
 * the head of the first user message, as their publishers advise. Null when the format cannot be used at all.
 */
export const templateChat = (text: TextModel): Chat | null => {
  const probe = [{ role: 'user', content: 'x' }]
  const asked = attempt(() => text.render(probe, true))
  if (asked === null) return null
  const system = { role: 'system', content: 'Zq7' }
  const hasSystem = attempt(() => text.render([system, ...probe], true))?.includes(system.content) ?? false
  const answered = attempt(() => text.render([...probe, { role: 'assistant', content: '{' }], false))
  const encodeChat = (messages: readonly ChatMessage[]): number[] => {
    const clean = messages.map((m) => ({ role: m.role, content: withoutSpecials(m.content, text.special) }))
    return text.encodeRaw(text.render(hasSystem ? clean : withSystemInUser(clean), true), false)
  }
  return { encodeChat, fixedPart: fixedPartOf(encodeChat), leadingSpace: answered?.startsWith(`${asked} {`) ?? false }
}

/**
 * For a model that reads a text and writes another (mT5): the messages as paragraphs. It reads the whole anew for every
 * conversation, so nothing is fixed; its answer begins with SentencePiece's mark of a word.
 */
export const instructionChat = (text: TextModel): Chat => ({
  encodeChat: (messages) => {
    const paragraphs = messages.map((m) => withoutSpecials(m.content, text.special))
    const ids = text.encodeRaw(paragraphs.join('\n\n'), true)
    const [end] = text.endTokens
    // The end token says that the text is whole; it also keeps one text from being the beginning of another.
    return end === undefined || text.endTokens.has(ids.at(-1) ?? -1) ? ids : [...ids, end]
  },
  fixedPart: () => [],
  leadingSpace: text.encodeRaw('{', false).flatMap((id) => [...(text.tokenBytes[id] ?? [])])[0] === 0x20,
})

const withSystemInUser = (messages: readonly ChatMessage[]): ChatMessage[] => {
  const system = messages.filter((m) => m.role === 'system').map((m) => m.content)
  const rest = messages.filter((m) => m.role !== 'system')
  const at = rest.findIndex((m) => m.role === 'user')
  if (system.length === 0) return rest
  if (at < 0) return [{ role: 'user', content: system.join('\n\n') }, ...rest]
  return rest.map((m, i) => (i === at ? { ...m, content: [...system, m.content].join('\n\n') } : m))
}

/** What two conversations under one system message have in common; found once for each system message. */
const fixedPartOf = (encodeChat: Chat['encodeChat']): Chat['fixedPart'] => {
  let known: { system: string; ids: readonly number[] } | null = null
  return (messages) => {
    const until = messages.findIndex((m) => m.role !== 'system')
    const system = messages.slice(0, Math.max(0, until))
    if (system.length === 0) return []
    const key = JSON.stringify(system.map((m) => m.content))
    if (known?.system !== key) {
      const [a, b] = ['0', 'x'].map((content) => encodeChat([...system, { role: 'user', content }]))
      const differs = a?.findIndex((id, i) => id !== b?.[i]) ?? 0
      known = { system: key, ids: a?.slice(0, Math.max(0, differs)) ?? [] }
    }
    return known.ids
  }
}

/** Templates refuse by throwing. */
const attempt = (render: () => string): string | null => {
  try {
    return render()
  } catch {
    return null
  }
}
