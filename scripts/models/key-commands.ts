import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelManifest, TrustedKeys } from '#contracts/workers/model.ts'
import { verifySignature } from '#workers/inference/model/signature.ts'
import { Refusal } from './refusal.ts'
import { makeKey, PrivateJwk, publicHalf, signManifest } from './signature.ts'
import { SIGNATURE } from './store.ts'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

type Say = (line: string) => void

export const trustedIn = (shards: string): TrustedKeys => {
  const file = join(shards, 'trusted-keys.json')
  return existsSync(file) ? TrustedKeys.parse(JSON.parse(readFileSync(file, 'utf8'))) : { keys: [] }
}

const readKey = (file: string): PrivateJwk => {
  try {
    return PrivateJwk.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    throw new Refusal(`no private key in ${file}; make one: npm run models -- keygen --key FILE`)
  }
}

/** The key of `file`, when its public half is trusted; without a file, none. */
export const trustedKey = (shards: string, file: string | undefined): PrivateJwk | null => {
  if (file === undefined) return null
  const key = readKey(file)
  if (!trustedIn(shards).keys.some((k) => k.kid === key.kid))
    throw new Refusal(`${key.kid} is not trusted yet: npm run models -- trust --key ${file}`)
  return key
}

/** A model's folder in one line, and its manifest when it can be read. */
export const aboutModel = (folder: string): { about: string; manifest: ModelManifest | null } => {
  const read = readManifest(join(folder, 'manifest.json'))
  if (typeof read === 'string') return { about: `${folder}: ${read}`, manifest: null }
  const mib = read.files.reduce((n, f) => n + f.bytes, 0) / 2 ** 20
  const size = `${(read.parameters / 1e6).toFixed(1)} M parameters, ${mib.toFixed(1)} MiB`
  return { about: `${read.id} ${read.version}, ${read.task}, ${size}`, manifest: read }
}

const readManifest = (file: string): ModelManifest | 'shard-missing' | 'manifest-invalid' => {
  if (!existsSync(file)) return 'shard-missing'
  try {
    const parsed = ModelManifest.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return parsed.success ? parsed.data : 'manifest-invalid'
  } catch {
    return 'manifest-invalid'
  }
}

export const signatureOf = async (
  folder: string,
  trusted: TrustedKeys,
  required: boolean,
): Promise<{ ok: boolean; text: string }> => {
  const file = join(folder, SIGNATURE)
  if (!existsSync(file)) return { ok: !required, text: required ? 'signature missing' : 'unsigned' }
  const verdict = await verifySignature(readFileSync(join(folder, 'manifest.json')), readFileSync(file, 'utf8'), trusted)
  return { ok: verdict.ok, text: verdict.ok ? `signed by ${verdict.value}` : `signature refused: ${verdict.error.type}` }
}

export const keygen = async (file: string, say: Say): Promise<number> => {
  const path = resolve(file)
  if (path.startsWith(resolve(REPOSITORY) + sep))
    throw new Refusal('a private key never lies in the repository; choose a path outside it')
  if (existsSync(path)) throw new Refusal(`${path} exists and is left alone; choose another path`)
  const key = await makeKey()
  writeFileSync(path, `${JSON.stringify(key, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  say(`${path}: private key, readable by you alone; keep a copy in a safe place. Next: npm run models -- trust --key ${file}`)
  say(JSON.stringify(publicHalf(key)))
  return 0
}

export const trust = (shards: string, file: string, say: Say): number => {
  const key = publicHalf(readKey(file))
  const { keys } = trustedIn(shards)
  const others = keys.filter((k) => k.kid !== key.kid)
  writeFileSync(join(shards, 'trusted-keys.json'), `${JSON.stringify({ keys: [...others, key] }, null, 2)}\n`)
  say(`${key.kid} is trusted from now on`)
  return 0
}

export const sign = async (shards: string, folder: string, file: string, say: Say): Promise<number> => {
  const key = trustedKey(shards, file)
  const { about, manifest } = aboutModel(folder)
  if (!manifest || !key) throw new Refusal(about)
  const bytes = readFileSync(join(folder, 'manifest.json'))
  const signature = await signManifest(bytes, key)
  const verdict = await verifySignature(bytes, signature, trustedIn(shards))
  if (!verdict.ok) throw new Refusal(`${file}: the key does not match its public half in trusted-keys.json`)
  writeFileSync(join(folder, SIGNATURE), `${signature}\n`)
  say(`${about}: signed by ${verdict.value}`)
  return 0
}
