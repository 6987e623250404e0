import { plainCough } from '../../fixtures/staff-packets.ts'
import { runAxe } from '../../support/run-axe.ts'
import { expect, signIn, test } from './staff-test.ts'

test('says what is wrong and lets the right person in', async ({ page, clinic }) => {
  await page.goto(`${clinic.url}/staff`)
  await expect(page.getByLabel('User name')).toBeFocused()
  expect(await runAxe(page)).toEqual([])
  await page.getByLabel('User name').fill(clinic.accounts.nurse.username)
  await page.getByLabel('Passphrase').fill('not the passphrase')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('stretched on this device')).toBeVisible()
  await expect(page.getByRole('alert').getByText('User name or passphrase is wrong')).toBeVisible()
  await expect(page.getByLabel('Passphrase')).toHaveValue('')
  await signIn(page, clinic, 'nurse')
  await expect(page.getByRole('heading', { name: 'Waiting for review' })).toBeFocused()
})

test('says when the server cannot be reached', async ({ page, clinic }) => {
  await page.goto(`${clinic.url}/staff`)
  await page.route('**/api/staff/kdf*', (route) => route.abort())
  await page.getByLabel('User name').fill('nurse.demo')
  await page.getByLabel('Passphrase').fill('any words')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('The clinic server cannot be reached')).toBeVisible()
})

test('speaks Spanish and remembers it', async ({ page, clinic }) => {
  await page.goto(`${clinic.url}/staff`)
  await page.getByRole('button', { name: 'Español' }).click()
  await expect(page.getByRole('heading', { name: 'Entrar' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Entrar' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'es')
  expect(await runAxe(page)).toEqual([])
})

test('forgets keys and packets on reload, on signing out and after 15 minutes', async ({ clinic, kiosk, openStaff }) => {
  await kiosk.put(plainCough())
  const page = await openStaff('nurse')
  await expect(page.getByText('I have a cough since last week').first()).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Passphrase')).toBeVisible()
  await page.clock.install()
  await signIn(page, clinic, 'nurse')
  await expect(page.getByText('I have a cough since last week').first()).toBeVisible()
  await page.clock.fastForward(14.5 * 60_000)
  await expect(page.getByText(/signing out in \d+ s/).first()).toBeVisible()
  await page.clock.fastForward(31_000)
  await expect(page.getByText('signed out after 15 minutes')).toBeVisible()
  await expect(page.getByText('I have a cough')).toHaveCount(0)
  await signIn(page, clinic, 'nurse')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByText('Keys and opened packets are gone')).toBeVisible()
  const kept = await page.evaluate(async () =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await indexedDB.databases()]),
  )
  expect(kept).toBe('[{},{},[]]')
})
