import { readFileSync } from 'node:fs'
import type { Settings } from '../settings.ts'
import { ModelEndpoint } from './model-endpoint.ts'

/** The clinic's model servers, or null when the clinic has not opted in. Reads the key once; it stays in this process. */
export function openEndpoint(settings: Settings): ModelEndpoint | null {
  const { INFERENCE_URLS: urls, INFERENCE_MODELS: models } = settings
  if (urls === undefined || models === undefined) return null
  return new ModelEndpoint({
    urls,
    models,
    fetch,
    apiKey: settings.INFERENCE_API_KEY_FILE ? readFileSync(settings.INFERENCE_API_KEY_FILE, 'utf8').trim() : null,
    followsSchema: settings.INFERENCE_FOLLOWS_SCHEMA,
    firstTokenMs: settings.INFERENCE_FIRST_TOKEN_SECONDS * 1000,
    idleMs: settings.INFERENCE_IDLE_SECONDS * 1000,
    now: () => performance.now(),
    random: Math.random,
  })
}
