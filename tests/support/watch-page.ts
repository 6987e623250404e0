import type { BrowserContext } from '@playwright/test'

/** What a page must never do, seen from outside: anything in these lists is a failure. */
export type Watch = {
  /** Addresses asked for on any other origin. */
  readonly foreign: string[]
  /** Breaches of the content security policy, from page and workers. */
  readonly violations: string[]
  readonly errors: string[]
}

/** Watches every page of the context from its first byte. */
export const watchPages = async (context: BrowserContext, origin: string): Promise<Watch> => {
  const watch: Watch = { foreign: [], violations: [], errors: [] }
  await context.exposeBinding('reportViolation', (_source, text: string) => void watch.violations.push(text))
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (e) => {
      const { reportViolation } = globalThis as unknown as { reportViolation(text: string): void }
      reportViolation(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`)
    })
  })
  context.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url())
    if (!['data:', 'blob:'].includes(protocol) && asked !== origin) watch.foreign.push(request.url())
  })
  context.on('console', (message) => {
    if (/content security policy/i.test(message.text())) watch.violations.push(message.text())
  })
  context.on('weberror', (error) => void watch.errors.push(error.error().message))
  return watch
}
