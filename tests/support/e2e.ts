import { rm } from 'node:fs/promises'
import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect as expectAtOnce,
  type Page,
} from '@playwright/test'
import { type ClinicReader, readClinic } from './clinic-reader.ts'
import { type KioskVisitor, kioskVisitor } from './kiosk-visitor.ts'
import { type Content, type Models, makeSiteFolder, type SiteFolder } from './site-folder.ts'
import { staffVisitor } from './staff-visitor.ts'
import { type Clinic, startClinic } from './start-clinic.ts'
import { type Watch, watchPages } from './watch-page.ts'

/** A browser on two busy cores draws late; a person would wait this long too. */
export const expect = expectAtOnce.configure({ timeout: 20_000 })

export type KioskBrowser = { context: BrowserContext; page: Page; visitor: KioskVisitor; watch: Watch }
type Worker = { site: SiteFolder; clinic: Clinic; reader: ClinicReader }
type Test = {
  /** What the server has; `test.use({ models, content })`. */
  models: Models
  content: Content
  served: undefined
  /** A new context, watched to the end of the test. */
  openContext: (options?: BrowserContextOptions) => Promise<{ context: BrowserContext; watch: Watch }>
  openKiosk: (options?: BrowserContextOptions & { language?: 'en' | 'es'; name?: string }) => Promise<KioskBrowser>
  openStaff: (role: keyof Clinic['accounts']) => Promise<{ page: Page; staff: ReturnType<typeof staffVisitor> }>
}

let firstCodeIsFree = true

/** Makes a browser a kiosk of the clinic, as staff would: the address with the code, then "Set up". */
export const setUpKiosk = async (page: Page, clinic: Clinic, reader: ClinicReader, name = 'Kiosk 1'): Promise<void> => {
  const code = firstCodeIsFree ? clinic.firstCode : await reader.enrolCode()
  firstCodeIsFree = false
  await page.goto(`${clinic.url}/#enrol=${code}`)
  await page.getByLabel('Name of this kiosk').fill(name)
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(page.getByRole('button', { name: 'Start in English' })).toBeVisible({ timeout: 30_000 })
}

/** One clinic for all specs of a run; each test has its own browser profile, watched to its end. */
export const test = base.extend<Test, Worker>({
  // As on a kiosk without a graphics card: WebGPU on the processor takes longer than a patient waits.
  launchOptions: [
    ({ launchOptions }, use) =>
      use({ ...launchOptions, args: launchOptions.args?.filter((arg) => !arg.includes('webgpu')) ?? [] }),
    { scope: 'worker' },
  ],
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
  reader: [
    async ({ clinic }, use) => {
      await use(await readClinic(clinic, clinic.accounts.nurse))
    },
    { scope: 'worker' },
  ],
  // A step that a person would wait for without doubt; the model has its own.
  actionTimeout: 15_000,
  models: ['bundled', { option: true }],
  content: ['shipped', { option: true }],
  served: [
    async ({ site, models, content }, use) => {
      site.serve(models, content)
      await use(undefined)
      site.serve('bundled', 'shipped')
    },
    { auto: true },
  ],
  openContext: async ({ browser, clinic }, use) => {
    const opened: { context: BrowserContext; watch: Watch }[] = []
    await use(async (options) => {
      const context = await browser.newContext(options)
      const watch = await watchPages(context, clinic.url)
      opened.push({ context, watch })
      return { context, watch }
    })
    for (const { context, watch } of opened) {
      await context.close()
      expect(watch).toEqual({ foreign: [], violations: [], errors: [] })
    }
  },
  openKiosk: async ({ openContext, clinic, reader }, use) => {
    await use(async ({ language = 'en', name, ...options } = {}) => {
      const { context, watch } = await openContext({ locale: language, ...options })
      const page = await context.newPage()
      await setUpKiosk(page, clinic, reader, name)
      return { context, page, visitor: kioskVisitor(page, language), watch }
    })
  },
  openStaff: async ({ openContext, clinic }, use) => {
    await use(async (role) => {
      const { context } = await openContext()
      const page = await context.newPage()
      const staff = staffVisitor(page)
      await staff.signIn(clinic, clinic.accounts[role])
      return { page, staff }
    })
  },
})
