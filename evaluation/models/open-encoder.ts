import { err, ok, type Result } from '#contracts/result.ts'
import type { BundledError } from '#contracts/workers/model.ts'
import { bundledOnDisk } from '#workers/inference/engines/node.ts'
import { loadEncoder } from '#workers/understanding/encoder.ts'
import type { ReadNarrative } from '../play-case.ts'

export type OpenEncoder = { id: string; hash: string; read: ReadNarrative }

/** The bundled narrative encoder on one core, as a kiosk runs it; null where the catalog has none. */
export const openEncoder = async (shards: string): Promise<Result<OpenEncoder | null, BundledError>> => {
  const bundled = await bundledOnDisk('narrative-understanding', shards)
  if (!bundled.ok) return bundled.error.code === 'not-in-catalog' ? ok(null) : bundled
  const { manifest, files } = bundled.value
  try {
    const encoder = await loadEncoder(manifest, files, 'cpu', 1)
    return ok({ id: manifest.id, hash: manifest.hash, read: remembered(encoder.read) })
  } catch {
    return err({ type: 'model-unavailable', code: 'load-failed' })
  }
}

/** Readings by who is meant and what is said: studies play the same story many times. */
const remembered = (read: ReadNarrative): ReadNarrative => {
  const known = new Map<string, ReturnType<ReadNarrative>>()
  return (words, profile, answers = '') => {
    const key = JSON.stringify([words, profile, answers])
    const reading = known.get(key) ?? read(words, profile, answers)
    known.set(key, reading)
    return reading
  }
}
