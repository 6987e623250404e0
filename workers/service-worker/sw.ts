import { cleanupOutdatedCaches, type PrecacheEntry, precacheAndRoute } from 'workbox-precaching'
import { isKept, networkFirst } from './keep-files.ts'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | PrecacheEntry)[] }

const CACHE = 'anteroom-files'
/** Held, shared, by every page in use; see `src/adapters/browser/register-service-worker.ts`. */
const IN_USE = 'anteroom-in-use'

// Pages, scripts and styles. An address with parameters (an enrolment code) is the same page.
precacheAndRoute(self.__WB_MANIFEST, { ignoreURLParametersMatching: [/.*/] })
cleanupOutdatedCaches()

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== self.location.origin || !isKept(url)) return
  event.respondWith(caches.open(CACHE).then((cache) => networkFirst(event.request, cache, fetch)))
})

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

/** An update is let in only when a page asks for it and no page of this device is in use: never during a patient. */
self.addEventListener('message', (event) => {
  if ((event.data as { type?: unknown } | null)?.type !== 'anteroom-activate') return
  event.waitUntil(
    navigator.locks.request(IN_USE, { ifAvailable: true }, async (lock) => {
      if (lock) await self.skipWaiting()
    }),
  )
})
