import { readdirSync, readFileSync } from 'node:fs'
import { PreTrainedTokenizer } from '@huggingface/transformers'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { DISCLAIMER } from '#contracts/clinical/assessment.ts'
import { Prompt } from '#contracts/content/bundle.ts'
import type { ChatMessage } from '#contracts/workers/inference.ts'
import { assessmentPrompt } from '#domain/assessment/prompt.ts'
import { instructionChat, templateChat } from '#workers/inference/engines/onnx/chat.ts'
import type { TextModel } from '#workers/inference/engines/onnx/text-model.ts'
import { input } from '../assessment/rash-input.ts'

const FOLDER = 'knowledge-index/prompts/templates'
const read = (path: string): string => readFileSync(path, 'utf8')

const Family = z.strictObject({
  id: z.string(),
  models: z.array(z.string()).min(1),
  systemRole: z.enum(['own', 'none']),
  format: z.literal('plain').optional(),
  begin: z.string().optional(),
  end: z.string().optional(),
})
type Family = z.infer<typeof Family>
const families = z.array(Family).parse(parse(read(`${FOLDER}/families.yaml`)))
const templateOf = (id: string): string => read(`${FOLDER}/${id}.jinja`)

const BUNDLED = 'model-shards/bundled/anteroom-v1'
const bundled = JSON.parse(read(`${BUNDLED}/tokenizer_config.json`))

/** The library that the engine renders with; of a tokenizer it needs only what a template calls bos_token and eos_token. */
const renderer = (template: string, { begin, end }: Pick<Family, 'begin' | 'end'>): TextModel['render'] => {
  const config = { tokenizer_class: 'PreTrainedTokenizerFast', bos_token: begin ?? null, eos_token: end ?? null }
  const tokenizer = new PreTrainedTokenizer(JSON.parse(read(`${BUNDLED}/tokenizer.json`)), config)
  return (messages, isPrompt) =>
    tokenizer.apply_chat_template([...messages], {
      chat_template: template,
      add_generation_prompt: isPrompt,
      tokenize: false,
    }) as string
}

/** What the engine gives to a model's tokenizer for a conversation: its own rules, our template. */
const rendered = (family: Family, messages: readonly ChatMessage[], template = templateOf(family.id)): string => {
  let text = ''
  const model = {
    special: [],
    endTokens: new Set<number>(),
    tokenBytes: [],
    render: renderer(template, family),
    encodeRaw: (t: string) => {
      text = t
      return []
    },
  } as unknown as TextModel
  const chat = family.format === 'plain' ? instructionChat(model) : templateChat(model)
  chat?.encodeChat(messages)
  return text
}

const prompts = ['assess-v0', 'ask-v0', 'extract-v0'].map((id) => Prompt.parse(parse(read(`knowledge-index/prompts/${id}.yaml`))))
const [assess] = prompts
if (assess?.task !== 'assess') throw new Error('no prompt for the assessment')
const asked: ChatMessage[] = [
  { role: 'system', content: assess.system.en },
  { role: 'user', content: assessmentPrompt(input) },
]
const answer = JSON.stringify({ level: 'high', summary: 'Preliminary assessment: …', disclaimer: DISCLAIMER.en })
/** Every conversation that a model of ours is spoken to in. */
const CONVERSATIONS: Readonly<Record<string, ChatMessage[]>> = {
  assess: asked,
  'hand-over': [...asked, { role: 'assistant', content: answer }, { role: 'user', content: assess.handover }],
  ...Object.fromEntries(
    prompts.slice(1).map((p): [string, ChatMessage[]] => [
      p.task,
      [
        { role: 'system', content: p.system.es },
        { role: 'user', content: 'Me duele la garganta.\n¿Es <grave>? [INST]' },
      ],
    ]),
  ),
}
const all = (family: Family): string =>
  Object.entries(CONVERSATIONS)
    .map(([name, messages]) => `=== ${name}\n${rendered(family, messages)}`)
    .join('\n')

test('every family has its template, and every template its family', () => {
  const files = readdirSync(FOLDER).filter((f) => f.endsWith('.jinja'))
  expect(files.toSorted()).toEqual(families.map((f) => `${f.id}.jinja`).toSorted())
})

describe.each(families)('the prompts as $id reads them', (family) => {
  test('are what they were', async () => {
    await expect(`${all(family)}\n`).toMatchFileSnapshot(`./snapshots/${family.id}.txt`)
  })

  test('hold every message once, in order, and end where the answer begins', () => {
    for (const messages of Object.values(CONVERSATIONS)) {
      const text = rendered(family, messages)
      let at = 0
      for (const { content } of messages) {
        const next = text.indexOf(content.trim(), at)
        expect(next).toBeGreaterThanOrEqual(at)
        at = next + content.trim().length
      }
      expect(text.split(messages[0]?.content ?? '')).toHaveLength(2)
      expect(text.slice(at)).not.toMatch(/user|system/)
    }
  })

  test('begin alike for the assessment and its hand-over, so that what was read is not read again', () => {
    const [first, both] = [CONVERSATIONS.assess ?? [], CONVERSATIONS['hand-over'] ?? []].map((m) => rendered(family, m))
    const upTo = (first ?? '').indexOf('cough') + 'cough'.length
    expect(both?.slice(0, upTo)).toBe(first?.slice(0, upTo))
  })

  test('have a turn of the system only where the family has one', () => {
    const render = renderer(templateOf(family.id), family)
    const system = () =>
      render(
        [
          { role: 'system', content: 'Zq7' },
          { role: 'user', content: 'x' },
        ],
        true,
      )
    if (family.systemRole === 'own') expect(system()).toContain('Zq7')
    else if (family.format !== 'plain') expect(system).toThrow()
  })
})

test('our own model: the template of its tokenizer renders the very same', () => {
  const family = families.find((f) => f.id === 'anteroom')
  if (!family) throw new Error('no family of our own')
  expect([family.begin, family.end]).toEqual([bundled.bos_token, bundled.eos_token])
  for (const messages of Object.values(CONVERSATIONS))
    expect(rendered(family, messages)).toBe(rendered(family, messages, bundled.chat_template))
})

/** How each publisher writes a conversation, as their documentation shows it: S the system's text, U the user's, A an answer. */
const PUBLISHED: Readonly<Record<string, string>> = {
  chatml:
    '<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n<|im_start|>user\nV<|im_end|>\n<|im_start|>assistant\n',
  'gemma-2':
    '<bos><start_of_turn>user\nS\n\nU<end_of_turn>\n<start_of_turn>model\nA<end_of_turn>\n<start_of_turn>user\nV<end_of_turn>\n<start_of_turn>model\n',
  'llama-3':
    '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nA<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nV<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
  'llama-3.1':
    '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nA<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nV<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
  'mistral-7b-v0.3': '<s>[INST] S\n\nU[/INST] A</s>[INST] V[/INST]',
  mt5: 'S\n\nU\n\nA\n\nV',
  'phi-3.5': '<|system|>\nS<|end|>\n<|user|>\nU<|end|>\n<|assistant|>\nA<|end|>\n<|user|>\nV<|end|>\n<|assistant|>\n',
}
const SAME_AS: Readonly<Record<string, string>> = { 'qwen-2.5': 'chatml', smollm2: 'chatml' }
test.each(families.filter((f) => f.id !== 'anteroom'))('$id speaks as its publisher does', (family) => {
  const conversation = [
    { role: 'system', content: 'S' },
    { role: 'user', content: 'U' },
    { role: 'assistant', content: 'A' },
    { role: 'user', content: 'V' },
  ] as const
  const published =
    family.id === 'qwen-3' ? `${PUBLISHED.chatml}<think>\n\n</think>\n\n` : PUBLISHED[SAME_AS[family.id] ?? family.id]
  expect(rendered(family, conversation)).toBe(published)
})
