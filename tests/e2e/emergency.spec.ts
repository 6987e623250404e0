import { expect, test } from '../support/e2e.ts'

/** What a patient must not read before a nurse did. */
const LEVEL_OR_DIAGNOSIS = /urgent|triage|diagnos|heart attack|infarct|angina|priority|emergency|\b(high|medium|low)\b/i

test('chest pain: staff are called at once, the screen says only what to do, the packet goes out on rules alone', async ({
  openKiosk,
  openStaff,
  reader,
}) => {
  const { page: ward } = await openStaff('nurse')
  const { page, visitor } = await openKiosk({ name: 'By the window' })
  await visitor.begin({ age: '61', sex: 'male' })
  await visitor.tell('I have crushing pain in my chest since this morning and I am sweating. It goes into my left arm.')
  await expect(visitor.heading).toHaveText('Tell staff now')
  await expect(page.getByRole('alert')).toHaveText('Staff have been called to this screen.')
  await expect(page.getByRole('button', { name: 'Staff are with me' })).toBeVisible()
  const screen = (await page.getByRole('main').ariaSnapshot()).replaceAll(/\[level=\d\]/g, '')
  expect(screen).not.toMatch(LEVEL_OR_DIAGNOSIS)

  // The nurse sees the call and the packet without touching the page.
  const calls = ward.getByRole('region', { name: 'Kiosks calling' })
  await expect(calls).toContainText('By the window: emergency, go now')
  const row = ward.getByRole('button', { name: /Emergency.*crushing pain in my chest since this morning/ })
  await expect(row).toContainText('No AI text')
  await expect(row).toContainText('By the window')
  const coming = ward.getByRole('button', { name: /I’m coming.*By the window/ })
  await coming.click()
  await expect(coming).toHaveCount(0)

  const packet = (await reader.packets()).find((p) => p.words.includes('crushing pain in my chest since this morning'))
  expect(packet).toMatchObject({
    floor: { level: 'emergency' },
    outcome: { kind: 'hand-off', reason: 'emergency', attempts: 0 },
    provenance: { engine: 'rules', modelId: null },
  })
  await page.getByRole('button', { name: 'Staff are with me' }).click()
  await expect(visitor.button(visitor.says.start)).toBeVisible()
})
