import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'
import {
  type OutboxEffect,
  type OutboxEvent,
  type OutboxModel,
  restoreOutbox,
  type SendFailure,
  updateOutbox,
} from '#domain/outbox/outbox-flow.ts'
import type { KioskServer } from '../ports/clinic-server.ts'
import type { Outbox, OutboxStatus, OutboxStore } from '../ports/outbox.ts'

export type OutboxDeps = {
  store: OutboxStore
  server: Pick<KioskServer, 'putPacket'>
  /** Checks a receipt against the pinned key and this envelope. */
  isReceipt: (receipt: string, sealed: SealedPacket) => Promise<boolean>
  now: () => number
  /** 0 ≤ x < 1 */
  jitter: () => number
  /** Calls back once; answers how to cancel. */
  wake: (afterMs: number, run: () => void) => () => void
  /** Resolves when this page is the one that flushes (Web Locks); another page waits until it closes. */
  lead: () => Promise<void>
}

const failureOf = (error: Extract<Awaited<ReturnType<KioskServer['putPacket']>>, { ok: false }>['error']): SendFailure => {
  if (error.type === 'status') {
    return {
      type: 'status',
      status: error.status,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    }
  }
  return error.type === 'unexpected-answer' ? { type: 'receipt-invalid' } : { type: 'network' }
}

/** Runs the outbox flow: the domain decides, this sends, stores and waits. One flusher a device. */
export const runOutbox = (deps: OutboxDeps): Outbox => {
  let model: OutboxModel = restoreOutbox([])
  let leading = false
  let stopped = false
  let cancelWake = (): void => undefined
  let alert: OutboxStatus['alert'] = null
  const listeners = new Set<(status: OutboxStatus) => void>()
  const awaited = new Map<string, () => void>()

  const status = (): OutboxStatus => ({
    waiting: model.rows.filter((r) => r.dead === null).length,
    dead: model.rows.filter((r) => r.dead !== null).length,
    stopped: model.stopped,
    alert,
  })
  const dispatch = (event: OutboxEvent): void => {
    if (stopped || !leading) return
    const step = updateOutbox(model, event)
    model = step.model
    for (const effect of step.effects) void run(effect)
    for (const tell of listeners) tell(status())
  }
  const send = async (packetId: string): Promise<void> => {
    const sealed = await deps.store.sealed(packetId)
    if (!sealed) return dispatch({ type: 'sent', packetId, now: deps.now() })
    const answer = await deps.server.putPacket(sealed)
    const fail = (failure: SendFailure) => dispatch({ type: 'failed', packetId, now: deps.now(), jitter: deps.jitter(), failure })
    if (!answer.ok) return fail(failureOf(answer.error))
    if (!(await deps.isReceipt(answer.value, sealed))) return fail({ type: 'receipt-invalid' })
    alert = null
    dispatch({ type: 'sent', packetId, now: deps.now() })
  }
  const run = async (effect: OutboxEffect): Promise<void> => {
    switch (effect.type) {
      case 'send':
        return send(effect.packetId)
      case 'save':
        return deps.store.save(effect.row)
      case 'delete':
        awaited.get(effect.packetId)?.()
        awaited.delete(effect.packetId)
        return deps.store.delete(effect.packetId)
      case 'schedule':
        cancelWake()
        cancelWake = deps.wake(effect.afterMs, () => dispatch({ type: 'clock', now: deps.now() }))
        return
      case 'alert-staff':
        alert = effect.reason
    }
  }

  void deps.lead().then(async () => {
    await deps.store.sweep(deps.now())
    model = restoreOutbox(await deps.store.rows())
    leading = true
    dispatch({ type: 'clock', now: deps.now() })
  })

  return {
    enqueue: async (sealed) => {
      const added = await deps.store.add(sealed, deps.now())
      // A page that does not lead leaves it to the one that does, which finds the row when it next restores.
      if (added.ok) dispatch({ type: 'enqueued', packetId: sealed.routing.packetId, now: deps.now() })
      return added
    },
    delivered: (packetId) => new Promise((resolve) => void awaited.set(packetId, resolve)),
    flush: () => dispatch({ type: 'flush-requested', now: deps.now() }),
    retry: (packetId) => dispatch({ type: 'retried', packetId, now: deps.now() }),
    authenticated: () => dispatch({ type: 'authenticated', now: deps.now() }),
    onStatus: (listener) => {
      listeners.add(listener)
      listener(status())
      return () => listeners.delete(listener)
    },
    stop: () => {
      stopped = true
      cancelWake()
    },
  }
}
