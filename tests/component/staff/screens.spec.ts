import type { Page } from '@playwright/test'
import { chestPain, infantFever, plainCough, soreThroat } from '../../fixtures/staff-packets.ts'
import { runAxe } from '../../support/run-axe.ts'
import { seedKiosk } from '../../support/seeded-kiosk.ts'
import { expect, openDialog, test } from './staff-test.ts'

const SIZES = [
  { width: 1024, height: 768, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
  { width: 1280, height: 800, colorScheme: 'dark' },
  { width: 1080, height: 1920, colorScheme: 'light' },
] as const

/** Targets smaller than 44 px, other than links inside a sentence; and whether the page scrolls sideways. */
const layoutFaults = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const faults: string[] = []
    const visit = (root: Document | ShadowRoot): void => {
      for (const el of root.querySelectorAll<HTMLElement>('*')) {
        if (el.shadowRoot) visit(el.shadowRoot)
        if (!el.matches('button, summary, select, textarea, a[href]') || !el.checkVisibility()) continue
        const { width, height } = el.getBoundingClientRect()
        if (height < 44 || width < 24)
          faults.push(`${el.textContent?.trim().slice(0, 40)} ${Math.round(width)}×${Math.round(height)}`)
      }
    }
    visit(document)
    const over = document.documentElement.scrollWidth - document.documentElement.clientWidth
    if (over > 0) faults.push(`scrolls sideways by ${over}`)
    return faults
  })

const look = async (page: Page): Promise<void> => {
  expect(await runAxe(page)).toEqual([])
  expect(await layoutFaults(page)).toEqual([])
}

test('no screen has an accessibility finding or a small target at any size', async ({ kiosk, openStaff }) => {
  test.setTimeout(240_000)
  for (const make of [plainCough, soreThroat, infantFever, chestPain]) await kiosk.put(make())
  for (const { width, height, colorScheme } of SIZES) {
    const page = await openStaff('nurse', { viewport: { width, height }, colorScheme, reducedMotion: 'reduce' })
    await expect(page.getByText('Decrypting …')).toHaveCount(0)
    await look(page)
    for (const name of [/Sore throat/, /Fever in a child/, /Chest pain/]) {
      await page.getByRole('button', { name }).last().click()
      await page.getByText('Questions and answers').click()
      await page.getByText('How this packet was made').click()
      await look(page)
      await page.getByRole('button', { name: 'Back to the list' }).click()
    }
    for (const name of ['Doctor list', 'Ledger', 'Devices', 'About']) {
      await page.getByRole('navigation').getByRole('button', { name }).click()
      await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
      await look(page)
    }
    await page.context().close()
  }
})

test('calls from kiosks show at once, emergencies first, until somebody comes', async ({ kiosk, openStaff, reader }) => {
  const page = await openStaff('nurse')
  await kiosk.call('help')
  await kiosk.call('emergency')
  const calls = page.getByRole('region', { name: 'Kiosks calling' })
  await expect(calls.getByRole('button')).toHaveCount(2)
  await expect(calls.locator('strong')).toHaveText(['Waiting room: emergency, go now', 'Waiting room: asks for help'])
  await look(page)
  await calls.getByRole('button').first().click()
  await expect(calls.getByRole('button')).toHaveCount(1)
  await calls.getByRole('button').first().click()
  await expect(calls).toHaveCount(0)
  expect((await reader.calls()).every((c) => c.answeredBy !== null)).toBe(true)
})

test('J and K walk the queue, Enter opens, U and Back return', async ({ kiosk, openStaff }) => {
  await kiosk.put(plainCough())
  await kiosk.put(plainCough())
  const page = await openStaff('nurse')
  const rows = page.locator('[data-row]')
  await expect(rows.nth(1)).toBeVisible()
  // A row moves to its place when its packet has been opened; walking begins when all stand where they stay.
  await expect(page.locator('[data-row].unknown')).toHaveCount(0)
  await page.keyboard.press('j')
  await expect(rows.nth(0)).toBeFocused()
  await page.keyboard.press('j')
  await expect(rows.nth(1)).toBeFocused()
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Back to the list' })).toBeVisible()
  await page.keyboard.press('u')
  await expect(page.getByRole('heading', { name: 'Waiting for review' })).toBeFocused()
  await rows.nth(1).click()
  await expect(page.getByRole('button', { name: 'Back to the list' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'Waiting for review' })).toBeVisible()
})

test('the ledger’s chain is recomputed here, back to the first entry', async ({ openStaff }) => {
  const page = await openStaff('nurse')
  await page.getByRole('button', { name: 'Ledger' }).click()
  await expect(page.getByText(/The chain holds/)).toBeVisible()
  const more = page.getByRole('button', { name: 'Show older entries' })
  while (await more.isVisible()) {
    const before = await page.locator('.entry').count()
    await more.click()
    await expect.poll(() => page.locator('.entry').count()).toBeGreaterThan(before)
  }
  await expect(page.getByText(/holds from the first entry to the newest/)).toBeVisible()
  await expect(page.getByText('The ledger began')).toBeVisible()
})

test('a ledger that was changed on its way is called broken', async ({ openStaff }) => {
  const page = await openStaff('nurse')
  await page.route('**/api/ledger*', async (route) => {
    const answer = await route.fetch()
    const body = await answer.json()
    body.entries[2].actor = 'staff:somebody-else'
    await route.fulfill({ response: answer, json: body })
  })
  await page.getByRole('button', { name: 'Ledger' }).click()
  await expect(page.getByText(/The chain is broken at entry \d+/)).toBeVisible()
})

test('an administrator makes a code and revokes a kiosk, but reads no packet', async ({ clinic, openStaff }) => {
  const page = await openStaff('admin')
  await expect(page.getByText('not what is in the packets')).toBeVisible()
  for (const row of await page.locator('[data-row]').all()) await expect(row).toBeDisabled()
  await page.getByRole('button', { name: 'Devices' }).click()
  await page.getByRole('button', { name: 'Make a one-time code' }).click()
  const code = (await page.locator('.code').textContent()) ?? ''
  await expect(page.getByText(/Valid for 1[45]:\d\d/)).toBeVisible()
  await seedKiosk(clinic.url, code, 'Corridor')
  await page.getByRole('button', { name: 'About' }).click()
  await page.getByRole('button', { name: 'Devices' }).click()
  await page.getByRole('button', { name: 'Revoke Corridor' }).click()
  await expect(page.getByRole('dialog', { name: 'Revoke Corridor?' })).toBeVisible()
  await look(page)
  await openDialog(page).getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByText(/^Revoked /)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Revoke Corridor' })).toHaveCount(0)
})
