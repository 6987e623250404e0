import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ModelCatalog, TrustedKeys } from '#contracts/workers/model.ts'
import { diskShards, readManifest } from '#workers/inference/engines/node.ts'
import { noStore } from '#workers/inference/model/shard-source.ts'
import { verifiedFiles } from '#workers/inference/model/verified-files.ts'
import { makeKey, PrivateJwk, publicHalf, signManifest, verifySignature } from './signature.ts'

const USAGE = `npm run models -- COMMAND
  list                                      what the catalog offers
  verify [FOLDER…] [--require-signature]    every byte as its manifest says, and the signature where there is one; all models by default
  keygen --key FILE                         a new signing key; FILE must lie outside the repository
  trust --key FILE                          put the public half of a key into trusted-keys.json
  sign FOLDER --key FILE                    write manifest.jws beside the manifest.json of FOLDER
Exit codes: 0 all is well, 1 something is not as it should be, 2 wrong use. --shards DIR takes another folder than model-shards.`

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const SIGNATURE = 'manifest.jws'

/** A sentence for the person at the keyboard; ends the command with exit code 1. */
class Refusal extends Error {}

type Say = (line: string) => void

/** Runs one command; lines for people go to `say`. */
export const runModels = async (args: string[], say: Say): Promise<number> => {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        shards: { type: 'string', default: 'model-shards' },
        'require-signature': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const [command, ...folders] = positionals
    const { key, shards } = values
    if (command === 'list' && folders.length === 0) return await list(shards, say)
    if (command === 'verify') return await verify(shards, folders, values['require-signature'], say)
    if (command === 'keygen' && key) return await keygen(key, say)
    if (command === 'trust' && key) return trust(shards, key, say)
    if (command === 'sign' && key && folders[0] && folders.length === 1) return await sign(shards, folders[0], key, say)
    say(USAGE)
    return values.help || args.length === 0 ? 0 : 2
  } catch (error) {
    if (error instanceof Refusal) say(error.message)
    else if (error instanceof TypeError && 'code' in error) say(`${error.message}\n${USAGE}`)
    else throw error
    return error instanceof Refusal ? 1 : 2
  }
}

const catalogOf = (shards: string): ModelCatalog =>
  ModelCatalog.parse(JSON.parse(readFileSync(join(shards, 'catalog.json'), 'utf8')))

const trustedIn = (shards: string): TrustedKeys => {
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

const aboutModel = async (folder: string) => {
  const read = await readManifest(join(folder, 'manifest.json'))
  if (!read.ok) return { about: `${folder}: ${read.error.type}`, manifest: null }
  const { manifest } = read.value
  const mib = manifest.files.reduce((n, f) => n + f.bytes, 0) / 2 ** 20
  const size = `${(manifest.parameters / 1e6).toFixed(1)} M parameters, ${mib.toFixed(1)} MiB`
  return { about: `${manifest.id} ${manifest.version}, ${manifest.task}, ${size}`, manifest }
}

const list = async (shards: string, say: Say): Promise<number> => {
  let failed = false
  for (const entry of catalogOf(shards).models) {
    const { about, manifest } = await aboutModel(dirname(join(shards, entry.manifest)))
    say(`${about}${entry.default ? ', default' : ''}`)
    failed ||= manifest === null
  }
  return failed ? 1 : 0
}

const verify = async (shards: string, folders: string[], required: boolean, say: Say): Promise<number> => {
  const trusted = trustedIn(shards)
  const all = folders.length > 0 ? folders : catalogOf(shards).models.map((m) => dirname(join(shards, m.manifest)))
  let failed = false
  for (const folder of all) {
    const { about, manifest } = await aboutModel(folder)
    if (!manifest) {
      say(about)
      failed = true
      continue
    }
    const paths = manifest.files.map((f) => f.path)
    const checked = await verifiedFiles(manifest, paths, diskShards(folder), noStore, ({ phase, loadedBytes, totalBytes }) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${phase} ${Math.round((100 * loadedBytes) / totalBytes)} %  `)
    })
    const signed = await signatureOf(folder, trusted, required)
    say(`${about}: ${checked.ok ? 'verified' : checked.error.type}, ${signed.text}`)
    failed ||= !checked.ok || !signed.ok
  }
  return failed ? 1 : 0
}

const signatureOf = async (folder: string, trusted: TrustedKeys, required: boolean): Promise<{ ok: boolean; text: string }> => {
  const file = join(folder, SIGNATURE)
  if (!existsSync(file)) return { ok: !required, text: required ? 'signature missing' : 'unsigned' }
  const verdict = await verifySignature(readFileSync(join(folder, 'manifest.json')), readFileSync(file, 'utf8'), trusted)
  return { ok: verdict.ok, text: verdict.ok ? `signed by ${verdict.value}` : `signature refused: ${verdict.error.type}` }
}

const keygen = async (file: string, say: Say): Promise<number> => {
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

const trust = (shards: string, file: string, say: Say): number => {
  const key = publicHalf(readKey(file))
  const { keys } = trustedIn(shards)
  const others = keys.filter((k) => k.kid !== key.kid)
  writeFileSync(join(shards, 'trusted-keys.json'), `${JSON.stringify({ keys: [...others, key] }, null, 2)}\n`)
  say(`${key.kid} is trusted from now on`)
  return 0
}

const sign = async (shards: string, folder: string, file: string, say: Say): Promise<number> => {
  const key = readKey(file)
  const trusted = trustedIn(shards)
  if (!trusted.keys.some((k) => k.kid === key.kid))
    throw new Refusal(`${key.kid} is not trusted yet: npm run models -- trust --key ${file}`)
  const { about, manifest } = await aboutModel(folder)
  if (!manifest) throw new Refusal(about)
  const bytes = readFileSync(join(folder, 'manifest.json'))
  const signature = await signManifest(bytes, key)
  const verdict = await verifySignature(bytes, signature, trusted)
  if (!verdict.ok) throw new Refusal(`${file}: the key does not match its public half in trusted-keys.json`)
  writeFileSync(join(folder, SIGNATURE), `${signature}\n`)
  say(`${about}: signed by ${verdict.value}`)
  return 0
}
