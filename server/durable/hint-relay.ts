import pg from 'pg'
import { QueueHint } from '#contracts/wire/queue.ts'

/** Carries hints between server instances on one PostgreSQL (`LISTEN` / `NOTIFY`). A lost hint only delays a page. */
export type HintRelay = {
  send(hint: QueueHint): void
  listen(listener: (hint: QueueHint) => void): void
  close(): Promise<void>
}

const CHANNEL = 'anteroom_hints'
const RECONNECT_MS = 2000

export async function openHintRelay(url: string, clinicId: string, pool: pg.Pool): Promise<HintRelay> {
  const listeners: ((hint: QueueHint) => void)[] = []
  let isClosed = false
  let client: pg.Client

  async function connect(): Promise<void> {
    client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    client.on('end', () => {
      if (!isClosed) setTimeout(() => connect().catch(() => client.emit('end')), RECONNECT_MS).unref()
    })
    client.on('notification', ({ payload }) => {
      const [forClinic, text] = (payload ?? '').split(' ', 2)
      const hint = forClinic === clinicId ? QueueHint.safeParse(JSON.parse(text ?? 'null')) : null
      if (hint?.success) for (const listener of listeners) listener(hint.data)
    })
    await client.connect()
    await client.query(`listen ${CHANNEL}`)
  }

  await connect()
  return {
    send(hint) {
      pool.query('select pg_notify($1, $2)', [CHANNEL, `${clinicId} ${JSON.stringify(hint)}`]).catch(() => undefined)
    },
    listen: (listener) => listeners.push(listener),
    async close() {
      isClosed = true
      await client.end()
    },
  }
}
