import '#contracts/no-eval.ts'

import { browserClock as clock, browserIds as ids } from '#adapters/browser/browser-clock.ts'
import { enrolDevice, readDevice } from '#adapters/browser/device-identity.ts'
import { deviceInteractionLog, devicePacketSealer, deviceStaffAlert } from '#adapters/browser/device-ports.ts'
import { openKioskSession } from '#adapters/browser/kiosk-session.ts'
import { loadContent } from '#adapters/browser/load-content.ts'
import { localAssessor } from '#adapters/browser/local-assessor.ts'
import { registerServiceWorker } from '#adapters/browser/register-service-worker.ts'
import { verifyReceipt } from '#adapters/crypto/seal-packet.ts'
import { type DeviceDatabase, type DeviceRow, openDeviceDatabase } from '#adapters/storage/device-database.ts'
import { dexieOutboxStore } from '#adapters/storage/dexie-outbox-store.ts'
import { httpKioskServer } from '#adapters/transport/http-kiosk-server.ts'
import { createInferenceWorker, InferenceClient } from '#adapters/workers/inference-client.ts'
import { RetrievalClient } from '#adapters/workers/retrieval-client.ts'
import { UnderstandingClient } from '#adapters/workers/understanding-client.ts'
import type { EnrolProblem } from '#ui/screens/clinic/enrol-device.ts'
import { adoptTheme } from '#ui/theme/adopt-theme.ts'

/** Written into the bundle by the build. */
declare const APP_VERSION: string

import '#ui/screens/clinic/enrol-device.ts'
import '#ui/screens/clinic/start-failed.ts'
import '#ui/screens/kiosk/kiosk-app.ts'
import { runOutbox } from '#app/effects/run-outbox.ts'
import type { KioskDeps } from '#app/kiosk.ts'
import type { Outbox } from '#app/ports/outbox.ts'

const server = httpKioskServer(() => new Date(clock.now()))

/** New versions come in only while the welcome screen waits for somebody. */
const updates = registerServiceWorker()

/** Only one page of this device sends; another waits here until it closes. */
const lead = (): Promise<void> =>
  new Promise((resolve) => {
    void navigator.locks.request('anteroom-outbox', () => {
      resolve()
      return new Promise<never>(() => undefined)
    })
  })

const startOutbox = (db: DeviceDatabase, device: DeviceRow): Outbox => {
  const outbox = runOutbox({
    store: dexieOutboxStore(db),
    server,
    isReceipt: async (receipt, sealed) => (await verifyReceipt(receipt, sealed, device.clinic.receiptKey)).ok,
    now: clock.now,
    jitter: Math.random,
    wake: (afterMs, run) => {
      const timer = setTimeout(run, afterMs)
      return () => clearTimeout(timer)
    },
    lead,
  })
  addEventListener('online', () => outbox.flush())
  return outbox
}

const PROBLEM: Readonly<Record<string, EnrolProblem>> = {
  offline: 'offline',
  timeout: 'offline',
  'clinic-key-invalid': 'not-trusted',
}

/** A one-time code in the fragment (`#enrol=…`) is taken once and removed from the address bar. */
const codeFromAddress = (): string => {
  const code = new URLSearchParams(location.hash.slice(1)).get('enrol') ?? ''
  if (code !== '') history.replaceState(null, '', location.pathname)
  return code
}

const show = (element: HTMLElement): void => document.body.replaceChildren(element)

const showEnrolment = (db: DeviceDatabase): void => {
  const screen = document.createElement('anteroom-enrol-device')
  screen.code = codeFromAddress()
  screen.enrol = async (code, name) => {
    const enrolled = await enrolDevice(db, server, code, name)
    if (enrolled.ok) {
      await start(db, enrolled.value)
      return { ok: true }
    }
    const { error } = enrolled
    if (error.type === 'status') return { ok: false, problem: error.status === 429 ? 'too-many' : 'refused' }
    return { ok: false, problem: PROBLEM[error.type] ?? 'offline' }
  }
  show(screen)
}

const start = async (db: DeviceDatabase, device: DeviceRow): Promise<void> => {
  // Only what is asked for after this is kept for a start without the server.
  await updates.controlled
  const content = await loadContent()
  if (!content.ok) return fail(content.error.type)
  const inference = new InferenceClient({
    createWorker: createInferenceWorker,
    modelId: 'default',
    // Every packet names the backend that wrote it; a step down is seen there by staff.
    onFallback: () => undefined,
  })
  const retrieval = new RetrievalClient()
  const understanding = new UnderstandingClient()
  const ports = { db, device, server, clock, ids }
  const session = await openKioskSession({
    device,
    now: clock.now,
    stopWorkers: () => {
      inference.stop()
      retrieval.stop()
      understanding.stop()
    },
    reload: () => location.replace('/'),
  })
  const assessor = localAssessor({
    content: content.value,
    inference,
    retrieval,
    appVersion: APP_VERSION,
    onProgress: () => undefined,
  })
  const deps: KioskDeps = {
    content: content.value.bundle,
    reader: understanding,
    clock,
    ids,
    session,
    assessor: {
      ...assessor,
      warmUp: () => {
        updates.occupied()
        assessor.warmUp()
      },
    },
    sealer: devicePacketSealer(ports),
    outbox: startOutbox(db, device),
    staff: deviceStaffAlert(ports),
    interactions: deviceInteractionLog(ports),
  }
  const app = document.createElement('anteroom-kiosk')
  app.deps = deps
  show(app)
  updates.vacant()
}

const fail = (code: string): void => {
  const screen = document.createElement('anteroom-start-failed')
  screen.code = code
  show(screen)
}

const boot = async (): Promise<void> => {
  adoptTheme(document)
  const db = openDeviceDatabase()
  const device = await readDevice(db)
  if (device) await start(db, device)
  else showEnrolment(db)
}

boot().catch((e: unknown) => fail(e instanceof Error ? e.name : 'unknown'))
