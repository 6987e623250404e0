import type { Page } from '@playwright/test'
import { chestPain, infantFever, soreThroat } from '../../fixtures/staff-packets.ts'
import { runAxe } from '../../support/run-axe.ts'
import { expect, openDialog, test } from './staff-test.ts'

/** Opens the newest packet of that name: packets of other tests may wait beside it. */
const open = (page: Page, name: RegExp) => page.getByRole('button', { name }).last().click()

test('a nurse reads a packet whole, changes its level and signs', async ({ kiosk, openStaff, reader }) => {
  const id = await kiosk.put(soreThroat())
  const page = await openStaff('nurse')
  await open(page, /^Medium Sore throat/)
  await expect(page.getByRole('heading', { name: 'Sore throat', level: 1 })).toBeFocused()
  // The words are text: markup a patient types stays what it is.
  await expect(page.locator('blockquote')).toContainText('<b>It is worse in the evening.</b>')
  await expect(page.locator('blockquote mark')).toHaveText([
    'throat has been ',
    'sore',
    ' for three days and it hurts to swallow',
    'No fever',
  ])
  await expect(page.getByText('Written by AI · preliminary · requires nurse review')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Hand-over (SBAR)' })).toBeVisible()
  await expect(page.locator('.ai dt')).toHaveText(['Situation', 'Background', 'Assessment', 'Recommendation'])
  await expect(page.locator('.ai dd').first()).toHaveText(/sore throat and trouble swallowing/)
  await page.getByRole('button', { name: 'Sore throat: When to be seen' }).first().click()
  await expect(openDialog(page).getByText('was due on 31 Mar 2026')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.locator('.ai').getByRole('button', { name: 'trouble swallowing' }).click()
  await expect(page.locator('#finding-1')).toBeFocused()

  // A rule that rests on a measure says it with its value.
  await expect(page.getByText('since 3 days')).toBeVisible()

  await page.getByRole('button', { name: 'Claim this packet' }).click()
  await page.getByRole('radio', { name: 'Change level' }).check()
  await page.getByRole('radio', { name: 'Low' }).check()
  await page.getByRole('button', { name: 'Check and sign' }).click()
  // No reason, no signature.
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.getByLabel('Reason', { exact: true }).fill('Drinks well, no fever here.')
  await page.getByRole('button', { name: 'Check and sign' }).click()
  await expect(page.getByRole('dialog', { name: 'Sign this review?' })).toBeVisible()
  const dialog = openDialog(page)
  await expect(dialog).toContainText('Change level')
  await expect(dialog).toContainText('Low')
  await expect(dialog).toContainText('Drinks well, no fever here.')
  expect(await runAxe(page)).toEqual([])
  expect((await reader.queue()).find((i) => i.packetId === id)?.state).toBe('claimed')
  await dialog.getByRole('button', { name: 'Sign and send' }).click()
  await expect(page.getByText('You changed the level at')).toBeVisible()
  await expect(page.getByText('Signature verified')).toBeVisible()
  expect((await reader.queue()).find((i) => i.packetId === id)?.state).toBe('attested')
  await page.getByRole('button', { name: 'Next packet' }).click()
  await expect(page.getByRole('heading', { name: 'Waiting for review' })).toBeFocused()

  // The record stays readable, and what was signed is not open to change.
  await page.getByLabel('Show closed packets').check()
  await page
    .getByRole('button', { name: /Reviewed and signed/ })
    .first()
    .click()
  await expect(page.getByText('Drinks well, no fever here.')).toBeVisible()
  await expect(page.getByText('This packet is closed')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Claim this packet' })).toHaveCount(0)
})

test('an escalated packet reaches the doctor live, with the nurse’s signed reason', async ({ kiosk, openStaff, reader }) => {
  const doctor = await openStaff('doctor')
  await expect(doctor.getByRole('heading', { name: 'Escalated to a doctor' })).toBeVisible()
  const id = await kiosk.put(infantFever())
  const nurse = await openStaff('nurse')
  await open(nurse, /^High Fever in a child/)
  await expect(nurse.getByText('Open red flags (2)')).toBeVisible()
  await expect(nurse.getByText('broke the safety rules each time')).toBeVisible()
  await nurse.getByRole('button', { name: 'Claim this packet' }).click()
  await nurse.getByRole('radio', { name: 'Escalate to a doctor' }).check()
  await nurse.getByLabel('Reason', { exact: true }).fill('Drowsy, please see now.')
  await nurse.getByRole('radio', { name: 'Emergency' }).check()
  await nurse.getByRole('button', { name: 'Check and sign' }).click()
  await nurse.getByRole('button', { name: 'Sign and send' }).click()
  await expect(nurse.getByText('You escalated to a doctor at')).toBeVisible()

  await open(doctor, /^Emergency Fever in a child/)
  await expect(doctor.getByText('Drowsy, please see now.')).toBeVisible()
  await expect(doctor.getByText('Demo Nurse, Nurse')).toBeVisible()
  await expect(doctor.getByText('Signature verified')).toBeVisible()
  await doctor.getByRole('button', { name: 'Claim this packet' }).click()
  await expect(doctor.getByRole('radio', { name: 'Escalate' })).toHaveCount(0)
  await doctor.getByRole('radio', { name: 'Accept' }).check()
  await doctor.getByRole('button', { name: 'Check and sign' }).click()
  await expect(openDialog(doctor)).toContainText('Emergency')
  await doctor.getByRole('button', { name: 'Sign and send' }).click()
  await expect(doctor.getByText('Signature verified')).toHaveCount(2)
  expect((await reader.queue()).find((i) => i.packetId === id)?.state).toBe('attested')
})

test('one colleague wins, the other is told who has it', async ({ kiosk, openStaff }) => {
  await kiosk.put(chestPain())
  const nurse = await openStaff('nurse')
  const doctor = await openStaff('doctor')
  await doctor
    .getByRole('navigation')
    .getByRole('button', { name: /^Queue/ })
    .click()
  await open(nurse, /^Emergency Chest pain/)
  await open(doctor, /^Emergency Chest pain/)
  await expect(doctor.getByRole('button', { name: 'Claim this packet' })).toBeVisible()
  // The doctor's page hears nothing of the nurse's claim.
  await doctor.route('**/api/queue*', (route) => route.abort())
  await nurse.getByRole('button', { name: 'Claim this packet' }).click()
  await expect(nurse.getByRole('radio', { name: 'Accept' })).toBeVisible()
  await doctor.unroute('**/api/queue*')
  await doctor.getByRole('button', { name: 'Claim this packet' }).click({ timeout: 5000 })
  await expect(doctor.getByText('A colleague claimed this packet first')).toBeVisible()
  await expect(doctor.getByText('Demo Nurse has this packet')).toBeVisible()
  await nurse.getByRole('button', { name: 'Give it back' }).click()
  await expect(nurse.getByRole('button', { name: 'Claim this packet' })).toBeVisible()
})
