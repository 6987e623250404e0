import { DynamicCache, Tensor } from '@huggingface/transformers'

/** The part of an ONNX session that feeding it needs. */
export type Session = { inputNames: readonly string[]; inputMetadata: readonly TensorInput[] }
type TensorInput = { name: string; type?: string; shape?: readonly (number | string)[] }

export const int64 = (values: readonly bigint[]): Tensor => new Tensor('int64', BigInt64Array.from(values), [1, values.length])

export const ones = (length: number): Tensor => int64(new Array<bigint>(length).fill(1n))

/** A cache of no tokens, by the shapes the session declares: batch 1, every other open dimension 0. */
export const emptyCache = (session: Session): DynamicCache =>
  new DynamicCache(
    Object.fromEntries(
      session.inputMetadata
        .filter((m) => m.name.startsWith('past_'))
        .map(({ name, type, shape }) => {
          const dims = (shape ?? []).map((d, i) => (typeof d === 'number' ? d : i === 0 ? 1 : 0))
          const size = dims.reduce((n, d) => n * d, 1)
          return [
            name,
            type === 'float16'
              ? new Tensor('float16', new Uint16Array(size), dims)
              : new Tensor('float32', new Float32Array(size), dims),
          ]
        }),
    ),
  )

/** What a pass gives to the next: `present…` under the names in which it is read. */
export const cacheOf = (outputs: Readonly<Record<string, Tensor>>): DynamicCache =>
  new DynamicCache(
    Object.fromEntries(
      Object.entries(outputs)
        .filter(([name]) => name.startsWith('present'))
        .map(([name, tensor]) => [name.replace(/^present_/, 'past_').replace(/^present(?=\.)/, 'past_key_values'), tensor]),
    ),
  )

/** The last row of [1, tokens, vocabulary]. */
export const lastLogits = (outputs: Readonly<Record<string, Tensor>>): Float32Array => {
  const { logits } = outputs
  if (!logits) throw new Error('no logits')
  const width = logits.dims.at(-1) ?? 0
  const data = logits.to('float32').data as Float32Array
  return data.slice(data.length - width)
}
