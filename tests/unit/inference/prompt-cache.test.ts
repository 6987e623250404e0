import { expect, it } from 'vitest'
import type { LanguageModel } from '#workers/inference/generate/language-model.ts'
import { PromptCache } from '#workers/inference/generate/prompt-cache.ts'

/** A model whose cache is the list of ids it has read; it remembers what it was given and what was released. */
const reader = () => {
  const read: number[][] = []
  const released: number[][] = []
  const model = {
    forward: async (ids: readonly number[], cache: number[] | null) => {
      read.push([...ids])
      return { logits: new Float32Array([ids.length]), cache: [...(cache ?? []), ...ids] }
    },
    release: (cache: number[]) => released.push(cache),
  } as unknown as LanguageModel<number[]>
  return { model, read, released }
}

it('reads a prompt once, a later turn only from where it goes on, and another prompt from the start', async () => {
  const { model, read, released } = reader()
  const prompts = new PromptCache<number[]>()
  await prompts.read(model, [1, 2, 3])
  await prompts.read(model, [1, 2, 3])
  expect(read).toEqual([[1, 2, 3]])
  expect((await prompts.read(model, [1, 2, 3, 4, 5])).cache).toEqual([1, 2, 3, 4, 5])
  expect(read.at(-1)).toEqual([4, 5])
  expect(released).toEqual([[1, 2, 3]])
  expect((await prompts.read(model, [1, 9, 3, 4, 5, 6])).cache).toEqual([1, 9, 3, 4, 5, 6])
  expect(read.at(-1)).toEqual([1, 9, 3, 4, 5, 6])
  expect(released).toEqual([
    [1, 2, 3],
    [1, 2, 3, 4, 5],
  ])
})
