import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { InnerPath, ModelCatalog, ModelId, type ModelRow } from '#contracts/wire/model-catalog.ts'
import type { App, ServerContext } from '../context.ts'
import { refusal, sendProblem } from '../problems.ts'

/** Shards are named by their content; everything else of a model may change under its name. */
const BY_CONTENT = /\/shards\/[0-9a-f]{64}\.bin$/

/** Stays at home: where a model was fetched from and who agreed to its licence. */
const PRIVATE = /\/provenance\.json$/

/** The folder of `npm run models`: models that this clinic fetched, beside those that ship with the app. */
export const modelStore = (dataDirectory: string): string => join(dataDirectory, 'models')

/**
 * `GET /models/catalog.json`: bundled models, the store's and what else can be had, in one list. `GET /models/<id>/…`: files
 * of the store, in ranges too. No patient data lies there, so any device of the clinic may read it.
 */
export async function addModelRoutes(app: App, { settings }: ServerContext): Promise<void> {
  const store = modelStore(settings.DATA_DIR)
  mkdirSync(store, { recursive: true, mode: 0o700 })

  app.get('/models/catalog.json', async (_request, reply) => {
    const bundled = await readCatalog(join(settings.STATIC_DIR, 'model-shards', 'catalog.json'))
    const stored = await readCatalog(join(store, 'catalog.json'))
    if (bundled === 'damaged' || stored === 'damaged') return sendProblem(reply, refusal(500, 'catalogue-damaged'))
    return reply.header('cache-control', 'no-cache').send(mergeCatalogs(bundled, stored))
  })

  await app.register(fastifyStatic, {
    root: store,
    prefix: '/models/',
    index: false,
    dotfiles: 'ignore',
    cacheControl: false,
    decorateReply: false,
    allowedPath: (path) => isModelFile(path),
    setHeaders(reply, path) {
      const isKept = BY_CONTENT.test(path.replaceAll('\\', '/'))
      reply.header('cache-control', isKept ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}

const isModelFile = (path: string): boolean => {
  const [, id = '', ...rest] = path.split('/')
  return ModelId.safeParse(id).success && InnerPath.safeParse(rest.join('/')).success && !PRIVATE.test(path)
}

/** A store model stands before a bundled one of its name, and no model that is here is offered. */
function mergeCatalogs(bundled: ModelCatalog, stored: ModelCatalog): ModelCatalog {
  const at = (folder: string, rows: readonly ModelRow[]): ModelRow[] =>
    rows.map((row) => ({ ...row, manifest: `${folder}${row.manifest}` }))
  const own = at('/models/', stored.models)
  const here = new Set([...own, ...bundled.models].map((row) => row.id))
  const shipped = bundled.models.filter((row) => !stored.models.some((s) => s.id === row.id))
  return {
    ...bundled,
    models: [...at('/model-shards/', shipped), ...own],
    offers: (bundled.offers ?? []).filter((offer) => !here.has(offer.id)),
  }
}

const readCatalog = async (path: string): Promise<ModelCatalog | 'damaged'> => {
  const text = await readFile(path, 'utf8').catch(() => null)
  // A server without a built page, or a clinic that fetched nothing.
  if (text === null) return { models: [] }
  try {
    const parsed = ModelCatalog.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : 'damaged'
  } catch {
    return 'damaged'
  }
}
