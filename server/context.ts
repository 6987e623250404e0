import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { ServerKeys } from './durable/server-keys.ts'
import type { HintHub } from './hint-hub.ts'
import type { Store } from './repositories/store.ts'
import type { Settings } from './settings.ts'

/** What routes and plugins work with. */
export type ServerContext = { settings: Settings; store: Store; keys: ServerKeys; hub: HintHub }

/** Fastify with zod schemas on requests and answers. */
export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>
