import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { ModelCatalog, type ModelOffer } from '#contracts/wire/model-catalog.ts'
import { readSettings } from '#server/settings.ts'
import { checkFolder } from './check-folder.ts'
import { type ModelsDeps, realDeps } from './deps.ts'
import { importFolder, refuseBundled } from './import.ts'
import { aboutModel, keygen, sign, signatureOf, trust, trustedIn, trustedKey } from './key-commands.ts'
import { pull } from './pull.ts'
import { Refusal } from './refusal.ts'
import { changingStore, readStore, removeModel } from './store.ts'
import { progressOf } from './transfer/progress.ts'

const USAGE = `npm run models -- COMMAND
  list                                      bundled models, those in the store, and those that can be had
  pull ID (--mirror URL | --upstream)       a model of the catalogue into the store; goes on where it stopped
       [--accept-licence] [--key FILE]      the licence was read and agreed to; sign the manifest
  import DIR [--id ID] [--accept-licence]   a folder in the layout of transformers.js, of MLC, or with a manifest of ours
       [--licence NAME] [--parameters N] [--context N] [--key FILE]
  remove ID                                 out of the store
  verify [FOLDER…] [--require-signature]    every byte as its manifest says, and the signature where there is one; all models by default
  keygen --key FILE                         a new signing key; FILE must lie outside the repository
  trust --key FILE                          put the public half of a key into trusted-keys.json
  sign FOLDER --key FILE                    write manifest.jws beside the manifest.json of FOLDER
--store DIR: the store, by default the folder models of the server's DATA_DIR. --shards DIR: another folder than model-shards.
Exit codes: 0 all is well, 1 something is not as it should be, 2 wrong use.`

const OPTIONS = {
  key: { type: 'string' },
  shards: { type: 'string', default: 'model-shards' },
  store: { type: 'string' },
  mirror: { type: 'string' },
  upstream: { type: 'boolean', default: false },
  'accept-licence': { type: 'boolean', default: false },
  id: { type: 'string' },
  licence: { type: 'string' },
  parameters: { type: 'string' },
  context: { type: 'string' },
  'require-signature': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** Runs one command; lines for people go to `say`. */
export const runModels = async (
  args: string[],
  say: (line: string) => void,
  given: Partial<ModelsDeps> = {},
): Promise<number> => {
  const deps: ModelsDeps = { ...realDeps(say), ...given }
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS })
    const [command, one, ...more] = positionals
    const { key, shards, mirror, upstream, id, licence, parameters, context } = values
    const store = values.store ?? join(readSettings(process.env).DATA_DIR, 'models')
    const acceptLicence = values['accept-licence']
    const signing = { store, acceptLicence, key: command === 'pull' || command === 'import' ? trustedKey(shards, key) : null }
    if (command === 'list' && !one) return list(shards, store, say)
    if (command === 'verify') return await verify(shards, store, positionals.slice(1), values['require-signature'], deps)
    if (command === 'keygen' && key) return await keygen(key, say)
    if (command === 'trust' && key) return trust(shards, key, say)
    if (one && more.length === 0) {
      if (command === 'sign' && key) return await sign(shards, one, key, say)
      if (command === 'pull') return await pull(catalogOf(shards), one, { ...signing, mirror, upstream }, deps)
      if (command === 'import')
        return await importFolder(catalogOf(shards), one, { ...signing, id, licence, parameters, context }, deps)
      if (command === 'remove') return await remove(shards, store, one, deps)
    }
    say(USAGE)
    return values.help || args.length === 0 ? 0 : 2
  } catch (error) {
    if (error instanceof Refusal) say(error.message)
    else if (error instanceof TypeError && 'code' in error) say(`${error.message}\n${USAGE}`)
    else throw error
    return error instanceof Refusal ? 1 : 2
  }
}

const catalogOf = (shards: string): ModelCatalog => {
  const read = ModelCatalog.safeParse(JSON.parse(readFileSync(join(shards, 'catalog.json'), 'utf8')))
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new Refusal(`${shards}/catalog.json: ${issue?.path.join('.')} ${issue?.message}`)
}

const list = (shards: string, store: string, say: (line: string) => void): number => {
  const catalog = catalogOf(shards)
  let failed = false
  for (const entry of catalog.models) {
    const { about, manifest } = aboutModel(dirname(join(shards, entry.manifest)))
    say(`${about}${entry.default ? ', default' : ''}`)
    failed ||= manifest === null
  }
  const here = readStore(store).models
  for (const entry of here) {
    const { about, manifest } = aboutModel(dirname(join(store, entry.manifest)))
    say(`${about}, in the store`)
    failed ||= manifest === null
  }
  for (const offer of catalog.offers ?? []) if (!here.some((m) => m.id === offer.id)) say(aboutOffer(offer))
  return failed ? 1 : 0
}

const WAY = { pull: 'pull', convert: 'convert and import', serve: 'serve' } as const

const aboutOffer = ({ id, engine, facts, source }: ModelOffer): string =>
  [
    id,
    `${engine}, ${source.repository}`,
    `${(facts.parameters / 1e9).toPrecision(3)} G parameters`,
    facts.downloadMib === null ? '' : `about ${facts.downloadMib} MiB`,
    `${facts.memoryMib} MiB of memory`,
    facts.gpu.join(' + '),
    facts.device,
    `${facts.licence.name}${facts.licence.acceptance ? ' (to be accepted)' : ''}`,
    facts.run,
    `to be had: ${WAY[source.how]}`,
  ]
    .filter((part) => part !== '')
    .join(', ')

const verify = async (
  shards: string,
  store: string,
  folders: string[],
  required: boolean,
  { say, tty }: ModelsDeps,
): Promise<number> => {
  const trusted = trustedIn(shards)
  const bundled = catalogOf(shards).models.map((m) => dirname(join(shards, m.manifest)))
  const stored = readStore(store).models.map((m) => dirname(join(store, m.manifest)))
  let failed = false
  for (const folder of folders.length > 0 ? folders : [...bundled, ...stored]) {
    const { about, manifest } = aboutModel(folder)
    if (!manifest) {
      say(about)
      failed = true
      continue
    }
    const progress = progressOf('verify', true, say)
    if (tty)
      progress.total(
        manifest.files.reduce((n, f) => n + f.bytes, 0),
        0,
      )
    const checked = await checkFolder(manifest, folder, progress.add)
    progress.end()
    const signed = await signatureOf(folder, trusted, required)
    say(`${about}: ${checked.ok ? 'verified' : checked.error.type}, ${signed.text}`)
    failed ||= !checked.ok || !signed.ok
  }
  return failed ? 1 : 0
}

const remove = async (shards: string, store: string, id: string, deps: ModelsDeps): Promise<number> => {
  refuseBundled(catalogOf(shards), id)
  if (!existsSync(store)) throw new Refusal(`${id} is not in the store`)
  const gone = await changingStore(store, deps.now(), () => removeModel(store, id))
  if (!gone) throw new Refusal(`${id} is not in the store`)
  deps.say(`${id}: removed from the store`)
  return 0
}
