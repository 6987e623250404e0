import { rm } from 'node:fs/promises'
import { type BrowserContext, type BrowserContextOptions, test as base, expect, type Locator, type Page } from '@playwright/test'
import type { StaffRole } from '#contracts/clinical/review.ts'
import { type ClinicReader, readClinic } from '../../support/clinic-reader.ts'
import { type SeededKiosk, seedKiosk } from '../../support/seeded-kiosk.ts'
import { makeSiteFolder, type SiteFolder } from '../../support/site-folder.ts'
import { type Clinic, startClinic } from '../../support/start-clinic.ts'
import { watchPages } from '../../support/watch-page.ts'

type Worker = { site: SiteFolder; clinic: Clinic; kiosk: SeededKiosk; reader: ClinicReader }
type Test = { openStaff: (role: StaffRole, options?: BrowserContextOptions) => Promise<Page> }

/** Types user name and passphrase; the page then holds that person's keys. */
export const signIn = async (page: Page, clinic: Clinic, role: StaffRole): Promise<void> => {
  const { username, passphrase } = clinic.accounts[role]
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Passphrase').fill(passphrase)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible({ timeout: 30_000 })
}

/** The open dialog with what is slotted into it; the name of a dialog is checked apart. */
export const openDialog = (page: Page): Locator => page.locator('anteroom-staff-modal[open]')

/** A real clinic server with the built page, one enrolled kiosk without a browser, and staff pages on demand. */
export const test = base.extend<Test, Worker>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
    async ({}, use) => {
      const site = makeSiteFolder()
      await use(site)
      site.remove()
    },
    { scope: 'worker' },
  ],
  clinic: [
    async ({ site }, use) => {
      const clinic = await startClinic(site.path)
      await use(clinic)
      await clinic.stop()
      await rm(clinic.dataDir, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  kiosk: [
    async ({ clinic }, use) => {
      await use(await seedKiosk(clinic.url, clinic.firstCode))
    },
    { scope: 'worker' },
  ],
  reader: [
    async ({ clinic }, use) => {
      await use(await readClinic(clinic, clinic.accounts.nurse))
    },
    { scope: 'worker' },
  ],
  openStaff: async ({ browser, clinic }, use) => {
    const contexts: BrowserContext[] = []
    const watched: Awaited<ReturnType<typeof watchPages>>[] = []
    await use(async (role, options = {}) => {
      const context = await browser.newContext({ viewport: { width: 1024, height: 768 }, ...options })
      contexts.push(context)
      watched.push(await watchPages(context, clinic.url))
      const page = await context.newPage()
      await page.goto(`${clinic.url}/staff`)
      await signIn(page, clinic, role)
      return page
    })
    for (const context of contexts) await context.close()
    for (const watch of watched) expect(watch).toEqual({ foreign: [], violations: [], errors: [] })
  },
})

export { expect }
