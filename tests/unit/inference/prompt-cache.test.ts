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

const SYSTEM = Array.from({ length: 40 }, (_, i) => 100 + i)

it('reads what all conversations begin with once, whatever was asked in between', async () => {
  const { model, read, released } = reader()
  const prompts = new PromptCache<number[]>()
  expect((await prompts.read(model, [...SYSTEM, 1, 2], SYSTEM)).cache).toEqual([...SYSTEM, 1, 2])
  expect(read).toEqual([SYSTEM, [1, 2]])
  await prompts.read(model, [...SYSTEM, 3, 4, 5], SYSTEM)
  expect(read.slice(2)).toEqual([[3, 4, 5]])
  // A conversation without it, then one with it.
  await prompts.read(model, [9, 9, 9])
  expect((await prompts.read(model, [...SYSTEM, 6], SYSTEM)).cache).toEqual([...SYSTEM, 6])
  expect(read.slice(3)).toEqual([[9, 9, 9], [6]])
  // What patients said is given back; what all share is not.
  expect(released).toEqual([
    [...SYSTEM, 1, 2],
    [...SYSTEM, 3, 4, 5],
    [9, 9, 9],
  ])
})

it('goes on from a turn before rather than from what all share', async () => {
  const { model, read } = reader()
  const prompts = new PromptCache<number[]>()
  await prompts.read(model, [...SYSTEM, 1, 2], SYSTEM)
  await prompts.read(model, [...SYSTEM, 1, 2, 3], SYSTEM)
  expect(read.at(-1)).toEqual([3])
})

it('forgets one shared beginning for another, and all of it in the end', async () => {
  const { model, read, released } = reader()
  const prompts = new PromptCache<number[]>()
  const other = SYSTEM.map((id) => id + 1000)
  await prompts.read(model, [...SYSTEM, 1], SYSTEM)
  await prompts.read(model, [...other, 1], other)
  expect(read.slice(2)).toEqual([other, [1]])
  expect(released).toContainEqual(SYSTEM)
  const { cache } = await prompts.read(model, [...other, 1], other)
  expect(prompts.holds(cache)).toBe(true)
  prompts.clear(model)
  expect(prompts.holds(cache)).toBe(false)
  expect(released.slice(-2)).toEqual([[...other, 1], other])
})

it('reads in one go where the shared beginning is not one, or too short to matter', async () => {
  const { model, read } = reader()
  const prompts = new PromptCache<number[]>()
  await prompts.read(model, [7, ...SYSTEM], SYSTEM)
  await prompts.read(model, [5, 6, 7], [5])
  expect(read).toEqual([
    [7, ...SYSTEM],
    [5, 6, 7],
  ])
})
