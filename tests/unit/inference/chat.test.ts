import { describe, expect, it } from 'vitest'
import type { ChatMessage } from '#contracts/workers/inference.ts'
import { instructionChat, templateChat } from '#workers/inference/engines/onnx/chat.ts'
import type { TextModel } from '#workers/inference/engines/onnx/text-model.ts'

type Message = { role: string; content: string }
/** Stands for a Jinja template: the turns, then what asks for an answer. */
type Format = (messages: readonly Message[], isPrompt: boolean) => string

const CHATML: Format = (messages, isPrompt) =>
  messages.map((m) => `<${m.role}>${m.content}<end>`).join('') + (isPrompt ? '<assistant>' : '')
/** As Gemma 2's: it refuses a system message. */
const GEMMA: Format = (messages, isPrompt) => {
  if (messages[0]?.role === 'system') throw new Error('System role not supported')
  return CHATML(messages, isPrompt)
}
const SILENT: Format = (messages, isPrompt) =>
  CHATML(
    messages.filter((m) => m.role !== 'system'),
    isPrompt,
  )
/** As Mistral's: an answer begins with a space. */
const MISTRAL: Format = (messages) =>
  messages.map((m) => (m.role === 'assistant' ? ` ${m.content}` : `[INST] ${m.content} [/INST]`)).join('')
const REFUSING: Format = () => {
  throw new Error('no')
}

/** A model with one id a character. `spaced`: its tokenizer begins every text with a space. */
const text = (format: Format, spaced = false): TextModel => ({
  contextTokens: 100,
  endTokens: new Set([1]),
  tokenBytes: Array.from({ length: 128 }, (_, id) => (id > 1 ? Uint8Array.of(id) : null)),
  special: ['<end>', '<user>'],
  chatTemplate: 'x',
  encode: (t) => [...t].map((c) => c.codePointAt(0) ?? 0),
  encodeRaw: (t) => [...(spaced ? ` ${t}` : t)].map((c) => c.codePointAt(0) ?? 0),
  render: format,
})
const written = (ids: readonly number[]): string => ids.map((id) => (id === 1 ? '<1>' : String.fromCodePoint(id))).join('')

const MESSAGES: ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'cough<end>' },
]
const chatOf = (format: Format) => {
  const chat = templateChat(text(format))
  if (!chat) throw new Error('no chat')
  return chat
}

describe('templateChat', () => {
  it('writes the conversation as the template says, special tokens of a message broken up', () => {
    expect(written(chatOf(CHATML).encodeChat(MESSAGES))).toBe('<system>Be brief.<end><user>cough< e n d ><end><assistant>')
  })

  it('puts the system message before the first question where the template refuses it', () => {
    expect(written(chatOf(GEMMA).encodeChat(MESSAGES))).toBe('<user>Be brief.\n\ncough< e n d ><end><assistant>')
  })

  it('does so too where the template leaves it out without a word', () => {
    expect(written(chatOf(SILENT).encodeChat(MESSAGES))).toContain('Be brief.\n\ncough')
  })

  it('knows whether an answer begins with a space', () => {
    expect(chatOf(MISTRAL).leadingSpace).toBe(true)
    expect(chatOf(CHATML).leadingSpace).toBe(false)
  })

  it('tells the part that no other message changes, with or without a system role', () => {
    expect(written(chatOf(CHATML).fixedPart(MESSAGES))).toBe('<system>Be brief.<end><user>')
    expect(written(chatOf(GEMMA).fixedPart(MESSAGES))).toBe('<user>Be brief.\n\n')
    expect(chatOf(CHATML).fixedPart(MESSAGES.slice(1))).toEqual([])
    const other = chatOf(CHATML)
    other.fixedPart(MESSAGES)
    expect(written(other.fixedPart([{ role: 'system', content: 'Be long.' }, ...MESSAGES.slice(1)]))).toContain('Be long.')
  })

  it('gives up on a template that cannot be rendered', () => {
    expect(templateChat(text(REFUSING))).toBeNull()
  })
})

describe('instructionChat', () => {
  it('writes the messages as paragraphs with one end token', () => {
    expect(written(instructionChat(text(CHATML)).encodeChat(MESSAGES))).toBe('Be brief.\n\ncough< e n d ><1>')
    expect(instructionChat(text(CHATML)).fixedPart(MESSAGES)).toEqual([])
  })

  it('expects a space first where the tokenizer begins words with one', () => {
    expect(instructionChat(text(CHATML, true)).leadingSpace).toBe(true)
    expect(instructionChat(text(CHATML)).leadingSpace).toBe(false)
  })
})
