import { describe, expect, it } from 'vitest'
import type { LoadError } from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import { chooseVariant, type DeviceFacts } from '#workers/inference/model/variant.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30

/** Sizes in MiB by the part of the name behind `onnx/model`. */
const model = (sizes: Record<string, number>): ModelManifest => {
  const files = ['config.json', 'tokenizer.json', ...Object.keys(sizes)].map((path) => ({
    path,
    bytes: Math.round((sizes[path] ?? 0.01) * MIB),
    sha256: '',
    shards: [],
  }))
  return { files } as unknown as ModelManifest
}
const causal = (sizes: Record<string, number>) =>
  model(Object.fromEntries(Object.entries(sizes).map(([suffix, mib]) => [`onnx/model${suffix}.onnx`, mib])))

/** About a model of a billion parameters, in every precision. */
const ALL = causal({ '': 4000, _fp16: 2000, _quantized: 1000, _q4: 900, _q4f16: 700 })
const CONFIG = { vocab_size: 128_000, hidden_size: 2048 }

const gpu = (facts: Partial<DeviceFacts> = {}): DeviceFacts => ({
  backend: 'webgpu',
  shaderF16: true,
  bufferBytes: 4 * GIB,
  memoryBytes: null,
  ...facts,
})
const cpu = (backend: 'wasm' | 'node', memoryBytes: number | null = null): DeviceFacts => ({
  backend,
  shaderF16: false,
  bufferBytes: null,
  memoryBytes,
})

describe('chooseVariant', () => {
  const fits: [string, ModelManifest, DeviceFacts, string][] = [
    ['4 bits with half precision where the GPU has it', ALL, gpu(), 'q4f16'],
    ['4 bits without it', ALL, gpu({ shaderF16: false }), 'q4'],
    ['half precision where there are no 4 bits', causal({ '': 400, _fp16: 200, _quantized: 100 }), gpu(), 'fp16'],
    ['int8 before fp32 on a GPU', causal({ '': 400, _quantized: 100 }), gpu(), 'q8'],
    ['fp32 where there is nothing else', causal({ '': 400 }), gpu(), 'fp32'],
    ['half precision for its smaller largest weight', ALL, gpu({ bufferBytes: 600 * MIB }), 'q4f16'],
    ['int8 on WASM and Node', causal({ '': 400, _quantized: 100, _q4: 90, _q4f16: 70 }), cpu('wasm'), 'q8'],
    ['int8 on Node whatever the size, where there is room', ALL, cpu('node', 64 * GIB), 'q8'],
    ['4 bits on WASM where the unpacked weights have no room', ALL, cpu('wasm'), 'q4'],
    ['4 bits on a small device', causal({ '': 900, _quantized: 300, _q4: 200 }), cpu('wasm', GIB), 'q4'],
  ]
  for (const [what, manifest, device, dtype] of fits) {
    it(`takes ${what}`, () => {
      expect(chooseVariant(manifest, device, CONFIG)).toMatchObject({
        ok: true,
        value: { variant: { dtype }, isSequence: false },
      })
    })
  }

  const refusals: [string, ModelManifest, DeviceFacts, LoadError][] = [
    [
      'a weight that no buffer holds, by the smallest that was tried',
      ALL,
      gpu({ bufferBytes: 256 * MIB }),
      { type: 'model-too-large', limit: 'buffer', neededBytes: 128_000 * 2048 * 2, availableBytes: 256 * MIB },
    ],
    [
      'more than WebAssembly can address',
      causal({ _quantized: 1000 }),
      cpu('wasm', 16 * GIB),
      { type: 'model-too-large', limit: 'memory', neededBytes: 5000 * MIB, availableBytes: 4 * GIB },
    ],
    [
      'more than the device has',
      causal({ _q4: 900 }),
      gpu({ memoryBytes: GIB }),
      { type: 'model-too-large', limit: 'memory', neededBytes: 1800 * MIB, availableBytes: GIB },
    ],
    [
      'half precision alone on a GPU without it',
      causal({ _q4f16: 700 }),
      gpu({ shaderF16: false }),
      { type: 'feature-missing', feature: 'shader-f16' },
    ],
    ['a model without weights it knows', model({}), cpu('wasm'), { type: 'manifest-invalid', path: 'onnx' }],
    [
      'half a model with an encoder',
      model({ 'onnx/encoder_model.onnx': 1 }),
      cpu('node'),
      { type: 'manifest-invalid', path: 'onnx' },
    ],
  ]
  for (const [what, manifest, device, error] of refusals) {
    it(`refuses ${what}`, () => {
      expect(chooseVariant(manifest, device, CONFIG)).toEqual({ ok: false, error })
    })
  }

  it('names only the files of what it chose, with the pieces beside the graph', () => {
    const manifest = model({
      'onnx/model_q4f16.onnx': 1,
      'onnx/model_q4f16.onnx_data': 900,
      'onnx/model_q4f16.onnx_data_1': 400,
      'onnx/model.onnx': 1,
      'onnx/model.onnx_data': 4000,
    })
    expect(chooseVariant(manifest, gpu(), CONFIG)).toEqual({
      ok: true,
      value: {
        variant: { dtype: 'q4f16', dataFiles: { 'model_q4f16.onnx': 2 } },
        isSequence: false,
        paths: [
          'config.json',
          'tokenizer.json',
          'onnx/model_q4f16.onnx',
          'onnx/model_q4f16.onnx_data',
          'onnx/model_q4f16.onnx_data_1',
        ],
      },
    })
  })

  it('takes both halves of a model with an encoder, in one precision', () => {
    const manifest = model({
      'onnx/encoder_model_quantized.onnx': 100,
      'onnx/decoder_model_merged_quantized.onnx': 200,
      'onnx/decoder_model_merged_q4.onnx': 90,
    })
    const choice = chooseVariant(manifest, gpu(), { vocab_size: 250_112, d_model: 512 })
    expect(choice).toMatchObject({ ok: true, value: { isSequence: true, variant: { dtype: 'q8' } } })
    expect(choice.ok && choice.value.paths).toEqual([
      'config.json',
      'tokenizer.json',
      'onnx/encoder_model_quantized.onnx',
      'onnx/decoder_model_merged_quantized.onnx',
    ])
  })
})
