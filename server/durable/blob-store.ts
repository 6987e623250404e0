import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../crypto/hashes.ts'
import type { DurableFiles } from './durable-files.ts'

/** Content-addressed records (sealed packets, reviews, enrolments, the genesis record) beside the ledger. */
export type BlobStore = {
  /** Durable on return. `hash` is SHA-256 (base64url) of the text. */
  put(hash: string, text: string): Promise<void>
  /** Text of a record; throws when it is missing or not what its name says. */
  get(hash: string): Promise<string>
}

/** Blobs lie in `DATA_DIR/blobs/<first two characters>/<hash>.json`. */
export function openBlobStore(directory: string, files: DurableFiles): BlobStore {
  const pathOf = (hash: string) => join(directory, 'blobs', hash.slice(0, 2), `${hash}.json`)
  return {
    put: (hash, text) => files.replace(pathOf(hash), text),
    async get(hash) {
      if (!/^[A-Za-z0-9_-]{43}$/.test(hash)) throw new Error('not the name of a record')
      const text = await readFile(pathOf(hash), 'utf8')
      if (sha256(text) !== hash) throw new Error(`record ${hash} is damaged`)
      return text
    },
  }
}
