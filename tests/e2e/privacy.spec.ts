import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { expect, setUpKiosk, test } from '../support/e2e.ts'
import { filesHolding } from '../support/find-bytes.ts'
import { kioskVisitor } from '../support/kiosk-visitor.ts'

/** Words nobody else writes; each visit plants its own. */
const PLANTED = {
  done: 'quincunxmarmalade',
  idle: 'zephyrtrombone',
  closed: 'obsidiangherkin',
  crashed: 'velvetpterodactyl',
} as const
const CONTROL = 'positivecontrolpistachio'

const words = (planted: string): string =>
  `My throat has been sore since I ate ${planted} 3 days ago and it hurts to swallow. No fever.`

test('nothing a patient typed is left in the browser profile or at the server, however the visit ends', async ({
  clinic,
  reader,
  launchOptions,
}) => {
  test.setTimeout(180_000)
  const profile = await mkdtemp(join(tmpdir(), 'anteroom-profile-'))
  const addresses: string[] = []
  const open = async (): Promise<BrowserContext> => {
    const context = await chromium.launchPersistentContext(profile, launchOptions)
    context.on('request', (request) => void addresses.push(request.url()))
    return context
  }
  const nextPage = async (context: BrowserContext): Promise<{ page: Page; visitor: ReturnType<typeof kioskVisitor> }> => {
    const page = await context.newPage()
    await page.goto(clinic.url)
    return { page, visitor: kioskVisitor(page) }
  }
  const person = { age: '52', sex: 'male' } as const
  let browser = await open()

  await test.step('to the end, and back to the welcome', async () => {
    const page = await browser.newPage()
    await setUpKiosk(page, clinic, reader)
    const visitor = kioskVisitor(page)
    const packet = await reader.packet(await visitor.visit({ ...person, words: words(PLANTED.done) }))
    expect(packet.words).toContain(PLANTED.done)
    await visitor.leave()
    await expect(page.getByText(PLANTED.done)).toHaveCount(0)
    await page.goBack()
    await page.goForward()
    await expect(visitor.button(visitor.says.start)).toBeVisible()
    await page.close()
  })

  await test.step('left alone: a warning, more time on request, then cleared', async () => {
    const page = await browser.newPage()
    await page.clock.install()
    await page.goto(clinic.url)
    const visitor = kioskVisitor(page)
    await visitor.begin(person)
    await visitor.tell(words(PLANTED.idle))
    const warning = page.getByRole('dialog', { name: 'Are you still there?' })
    await page.clock.fastForward(61_000)
    await page.getByRole('button', { name: 'I need more time' }).click()
    await expect(warning).toBeHidden()
    await page.clock.fastForward(61_000)
    await expect(warning).toBeVisible()
    await page.clock.fastForward(20_000)
    await expect(visitor.button(visitor.says.start)).toBeVisible()
    await page.close()
  })

  await test.step('the tab closed half-way', async () => {
    const { page, visitor } = await nextPage(browser)
    await visitor.begin(person)
    await visitor.tell(words(PLANTED.closed))
    await page.close()
  })

  await test.step('the page crashed half-way: the next visitor starts blank', async () => {
    const { page, visitor } = await nextPage(browser)
    await visitor.begin(person)
    await visitor.tell(words(PLANTED.crashed))
    const crashed = page.waitForEvent('crash')
    await Promise.all([crashed, page.goto('chrome://crash').catch(() => undefined)])
    await browser.close()
    browser = await open()
    const next = await nextPage(browser)
    await expect(next.visitor.button(next.visitor.says.start)).toBeVisible()
    expect(await next.page.evaluate(() => indexedDB.databases().then((all) => all.map((d) => d.name)))).toEqual([
      'anteroom-device',
    ])
    // So that the search below is known to find what a page does store.
    await next.page.evaluate(async (control) => {
      localStorage.setItem('control', control)
      const cache = await caches.open('control')
      await cache.put('/control', new Response(control))
    }, CONTROL)
    await browser.close()
  })

  expect(filesHolding(profile, CONTROL).length).toBeGreaterThanOrEqual(2)
  const metrics = await (await fetch(`${clinic.url}/metrics`)).text()
  expect(metrics).toContain('# TYPE')
  expect(addresses.some((address) => address.includes('/api/packets/'))).toBe(true)
  for (const planted of Object.values(PLANTED)) {
    expect(metrics).not.toContain(planted)
    expect(addresses.filter((address) => address.includes(planted))).toEqual([])
    expect(filesHolding(profile, planted), planted).toEqual([])
    expect(filesHolding(clinic.dataDir, planted), planted).toEqual([])
    expect(clinic.output(), planted).not.toContain(planted)
  }
  expect(filesHolding(clinic.dataDir, 'packet-received').length).toBeGreaterThan(0)
  expect(clinic.output()).toContain('ready http')
  await rm(profile, { recursive: true, force: true })
})
