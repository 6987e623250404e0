import '#contracts/no-eval.ts'

import * as Comlink from 'comlink'
import { err, ok } from '#contracts/result.ts'
import { UNDERSTANDING_CONTRACT, type UnderstandingWorkerApi } from '#contracts/workers/understanding.ts'
import { bundledFiles, useOwnRuntime } from '../inference/model/bundled-files.ts'
import { loadEncoder, type NarrativeEncoder } from './encoder.ts'

let encoder: NarrativeEncoder | null = null
const failed = (code: string) => err({ type: 'encoder-failed' as const, code })
const named = (e: unknown): string => (e instanceof Error ? e.name : 'unknown')

const api: UnderstandingWorkerApi = {
  version: () => UNDERSTANDING_CONTRACT,
  load: async () => {
    try {
      if (!encoder) {
        const bundled = await bundledFiles('narrative-understanding')
        if (!bundled.ok) return failed(bundled.error.code)
        if (!useOwnRuntime()) return failed('no-wasm')
        const { manifest, files } = bundled.value
        encoder = await loadEncoder(manifest, files, 'wasm')
      }
      return ok(null)
    } catch (e) {
      return failed(named(e))
    }
  },
  read: async (words, profile, answers) => {
    if (!encoder) return failed('not-loaded')
    try {
      return ok(await encoder.read(words, profile, answers))
    } catch (e) {
      return failed(named(e))
    }
  },
}

Comlink.expose(api)
