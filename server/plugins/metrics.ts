import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import type { App, ServerContext } from '../context.ts'

/** `GET /metrics` for Prometheus: counts and times by route pattern, kind and state. No ids, no people. Gives what others add theirs to. */
export function addMetrics(
  app: App,
  { store }: ServerContext,
  onEntry: (listener: (entry: LedgerEntry) => void) => void,
): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'anteroom_http_request_seconds',
    help: 'Time to answer, by route pattern and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  })
  const entries = new Counter({
    name: 'anteroom_ledger_entries_total',
    help: 'Ledger entries written since start, by kind.',
    labelNames: ['kind'],
    registers: [registry],
  })
  new Gauge({
    name: 'anteroom_packets',
    help: 'Packets by state.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const rows = await store.db
        .selectFrom('packets')
        .select(({ fn }) => ['state', fn.countAll<string | number>().as('n')])
        .where('clinic_id', '=', store.clinicId)
        .groupBy('state')
        .execute()
      this.reset()
      for (const { state, n } of rows) this.set({ state }, Number(n))
    },
  })
  onEntry((entry) => entries.inc({ kind: entry.kind }))
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    duration.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
  })
  app.get('/metrics', async (_request, reply) => {
    reply.type(registry.contentType)
    return registry.metrics()
  })
  app.addHook('onClose', async () => registry.clear())
  return registry
}
