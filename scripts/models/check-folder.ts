import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { err, ok, type Result } from '#contracts/result.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import { manifestHash } from '#workers/inference/model/verified-files.ts'

export type FolderError = { type: 'manifest-invalid' | 'shard-missing' | 'shard-mismatch'; path: string }

/** Compares every byte of a model's folder with its manifest, a chunk at a time: a model may be larger than the memory. */
export const checkFolder = async (
  manifest: ModelManifest,
  folder: string,
  onBytes: (count: number) => void,
): Promise<Result<void, FolderError>> => {
  if ((await manifestHash(manifest.files)) !== manifest.hash) return err({ type: 'manifest-invalid', path: 'manifest.json' })
  for (const file of manifest.files) {
    const whole = createHash('sha256')
    for (const shard of file.shards) {
      const at = resolve(folder, shard.path)
      if (!at.startsWith(resolve(folder) + sep)) return err({ type: 'manifest-invalid', path: shard.path })
      const one = createHash('sha256')
      try {
        for await (const chunk of createReadStream(join(folder, shard.path))) {
          one.update(chunk)
          whole.update(chunk)
          onBytes(chunk.length)
        }
      } catch {
        return err({ type: 'shard-missing', path: shard.path })
      }
      if (one.digest('hex') !== shard.sha256) return err({ type: 'shard-mismatch', path: shard.path })
    }
    if (whole.digest('hex') !== file.sha256) return err({ type: 'manifest-invalid', path: file.path })
  }
  return ok(undefined)
}
