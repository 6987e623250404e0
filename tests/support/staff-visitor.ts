import { expect as expectAtOnce, type Page } from '@playwright/test'
import type { Account, Clinic } from './start-clinic.ts'

const expect = expectAtOnce.configure({ timeout: 20_000 })

/** Somebody of the staff at a clinic PC. Locators start at the page: slotted content lies beside its dialog, not inside. */
export const staffVisitor = (page: Page) => {
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  return {
    button,
    signIn: async (clinic: Clinic, { username, passphrase }: Account): Promise<void> => {
      await page.goto(`${clinic.url}/staff`)
      await page.getByLabel('User name').fill(username)
      await page.getByLabel('Passphrase').fill(passphrase)
      await button('Sign in').click()
      await expect(page.getByRole('heading', { name: 'Waiting for review' })).toBeVisible({ timeout: 30_000 })
    },
    /** Opens the packet in the queue that quotes these words. */
    open: async (words: string): Promise<void> => {
      await page.getByRole('button', { name: words }).click()
      await expect(
        page.getByRole('heading', { name: /^In the (patient’s own words|words of the person who reports)$/ }),
      ).toBeVisible()
    },
    /** Claims, accepts with a note, checks, signs. */
    accept: async (note: string): Promise<void> => {
      await button('Claim this packet').click()
      await page.getByRole('radio', { name: 'Accept' }).check()
      await page.getByLabel('Note (optional)').fill(note)
      await button('Check and sign').click()
      await expect(page.getByRole('dialog', { name: 'Sign this review?' })).toBeVisible()
      await button('Sign and send').click()
      await expect(page.getByRole('status').filter({ hasText: 'Signed' })).toContainText('You accepted the level')
    },
    section: (name: 'Queue' | 'Ledger' | 'Devices') => page.getByRole('navigation').getByRole('button', { name }).click(),
  }
}
