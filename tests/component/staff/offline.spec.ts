import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, signIn, test } from './staff-test.ts'

const hasWaiting = () => navigator.serviceWorker.ready.then((r) => r.waiting !== null)

test('shows that the connection is gone, and that it is back', async ({ openStaff }) => {
  const page = await openStaff('nurse')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Refresh' }).click()
  await expect(page.getByText('Server not reachable')).toBeVisible()
  await expect(page.getByText('The clinic server cannot be reached')).toBeVisible()
  await page.context().setOffline(false)
  await page.getByRole('button', { name: 'Refresh' }).click()
  await expect(page.getByText('Live', { exact: true })).toBeVisible({ timeout: 20_000 })
})

test('both pages open without the server after the first load, and the server’s words are never kept', async ({
  page,
  clinic,
}) => {
  await page.goto(`${clinic.url}/staff`)
  await page.evaluate(() => navigator.serviceWorker.ready)
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
  await signIn(page, clinic, 'nurse')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await expect.poll(() => page.evaluate(() => caches.match('/knowledge/content.json').then((r) => r?.status))).toBe(200)
  const kept = await page.evaluate(async () => {
    const urls: string[] = []
    for (const name of await caches.keys())
      for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname)
    return urls
  })
  expect(kept.filter((path) => path.startsWith('/api'))).toEqual([])
  await page.context().setOffline(true)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.goto(`${clinic.url}/`)
  await expect(page.locator('body > *').first()).toBeAttached()
  await expect(page).toHaveTitle(/Anteroom|Check in|Set up/)
})

test('an update waits while somebody is signed in and comes in when they leave', async ({ page, clinic, site }) => {
  await page.goto(`${clinic.url}/staff`)
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
  await signIn(page, clinic, 'nurse')
  appendFileSync(join(site.path, 'sw.js'), '\n// a newer version\n')
  await page.evaluate(() => navigator.serviceWorker.ready.then((r) => r.update()).then(() => undefined))
  await expect.poll(() => page.evaluate(hasWaiting)).toBe(true)
  // Even when asked: the lock of the page in use forbids it.
  await page.evaluate(() => navigator.serviceWorker.ready.then((r) => r.waiting?.postMessage({ type: 'anteroom-activate' })))
  await page.waitForTimeout(500)
  expect(await page.evaluate(hasWaiting)).toBe(true)
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
  const reloaded = page.waitForEvent('load')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await reloaded
  await expect.poll(() => page.evaluate(hasWaiting)).toBe(false)
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})
