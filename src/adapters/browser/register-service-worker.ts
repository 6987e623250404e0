import { allowOwnScripts } from '../workers/own-scripts.ts'

/** Web Lock that every page in use holds, shared; the service worker needs it alone to let an update in. */
const IN_USE = 'anteroom-in-use'

/** How long a first visit waits for the service worker before it goes on without. Milliseconds. */
const FIRST_VISIT_MS = 15_000

/** What a page tells about itself so that updates come only between patients. */
export type PageUpdates = {
  /** Resolves when what the page loads is kept for offline use, or when that is not to be had. Start workers after it. */
  readonly controlled: Promise<void>
  /** A session begins: no update from now on. */
  occupied(): void
  /** Nobody is using this page: an update that waits may come in, after which the page reloads. */
  vacant(): void
}

/** Registers the service worker (offline start, updates between patients). Without one the page works online. */
export const registerServiceWorker = (reload: () => void = () => location.reload()): PageUpdates => {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker
  let release: (() => void) | null = null
  let vacancy = false
  let isReplaced = false
  let registration: ServiceWorkerRegistration | null = null

  const letIn = (): void => {
    if (vacancy) registration?.waiting?.postMessage({ type: 'anteroom-activate' })
  }
  const watch = (found: ServiceWorkerRegistration): void => {
    registration = found
    found.addEventListener('updatefound', () => {
      const worker = found.installing
      worker?.addEventListener('statechange', () => {
        if (worker.state === 'installed') letIn()
      })
    })
    letIn()
  }

  let hadController = Boolean(container?.controller)
  const controlled = new Promise<void>((resolve) => {
    if (!container || hadController) return resolve()
    setTimeout(resolve, FIRST_VISIT_MS)
    container.addEventListener('controllerchange', () => resolve(), { once: true })
  })
  container?.addEventListener('controllerchange', () => {
    // The first worker of a first visit changes nothing on the page; a later one brings a new version.
    if (!hadController) hadController = true
    else if (release) isReplaced = true
    else reload()
  })
  allowOwnScripts()
  void container
    ?.register('/sw.js', { scope: '/', updateViaCache: 'none' })
    .then(watch)
    .catch(() => undefined)

  return {
    controlled,
    occupied: () => {
      vacancy = false
      if (release) return
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      void navigator.locks.request(IN_USE, { mode: 'shared' }, () => held)
    },
    vacant: () => {
      vacancy = true
      release?.()
      release = null
      if (isReplaced) return reload()
      // Late, so that the lock is really free when the worker asks for it.
      void registration?.update().then(letIn, letIn)
    },
  }
}
