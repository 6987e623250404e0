import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { Harness } from './harness/main.ts'
import { advance, answerAll, axe, harness, press, promises, say, set, title, toWords } from './kiosk-page.ts'
import { serveKiosk } from './serve.ts'

let site: Awaited<ReturnType<typeof serveKiosk>>
let outDir: string
test.beforeAll(async () => {
  outDir = mkdtempSync(join(tmpdir(), 'anteroom-kiosk-'))
  site = await serveKiosk(outDir)
})
test.afterAll(async () => {
  await site.close()
  rmSync(outDir, { recursive: true })
})

/** Reports of the browser itself: policy violations and uncaught errors. */
let complaints: string[] = []
test.beforeEach(async ({ page }) => {
  complaints = []
  page.on('console', (m) => /Content Security Policy|Trusted|Refused/i.test(m.text()) && complaints.push(m.text()))
  page.on('pageerror', (e) => complaints.push(e.message))
  await page.goto(site.url)
  await page.getByRole('heading', { level: 1 }).waitFor()
})
test.afterEach(() => expect(complaints).toEqual([]))

test('the checks see a planted fault', async ({ page }) => {
  await page.evaluate(() => {
    const root = document.querySelector('anteroom-kiosk')?.shadowRoot
    root?.querySelector('main')?.append(Object.assign(document.createElement('img'), { src: 'data:,' }))
  })
  expect((await axe(page)).join()).toContain('image-alt')
})

for (const [name, width, height, colorScheme] of [
  ['tall kiosk', 1080, 1920, 'light'],
  ['wide kiosk', 1280, 800, 'dark'],
  ['tablet', 1024, 768, 'light'],
  ['phone', 390, 844, 'dark'],
] as const) {
  test(`the whole way on a ${name}, ${colorScheme}`, async ({ page }) => {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await promises(page, 'language')
    await press(page, 'Start in English')
    await promises(page, 'consent')
    await press(page, /I agree/)
    await promises(page, 'who')
    await press(page, 'For me')
    await promises(page, 'age')
    await page.getByRole('textbox', { name: 'Age' }).fill('34')
    await press(page, 'Continue')
    await promises(page, 'sex')
    await press(page, 'Female')
    await promises(page, 'pregnancy')
    await press(page, 'No', true)
    await promises(page, 'words')
    await say(page, 'My throat has been sore for 3 days and I have a cough. No fever.')
    await expect(title(page)).toHaveText('Did we get this right?')
    await expect(title(page)).toBeFocused()
    await promises(page, 'confirm')
    await press(page, 'Not right: Cough')
    await expect(page.getByText('Taken out')).toBeVisible()
    await press(page, 'Put it back: Cough')
    await press(page, /This is right/)
    await answerAll(page, async (n) => {
      if (n < 3) await promises(page, `question ${n}`)
    })
    await promises(page, 'history')
    await page.getByLabel('Asthma').check()
    await page.getByLabel('Any allergies?').fill('penicillin')
    await press(page, 'Continue')
    await promises(page, 'vitals')
    await page.getByLabel('Temperature', { exact: true }).fill('98.6')
    await page.getByText('°F').click()
    await press(page, 'Continue')
    await expect(title(page)).toHaveText('Check your answers')
    await promises(page, 'review')
    await press(page, 'Change: Age')
    await page.getByRole('textbox', { name: 'Age' }).fill('35')
    await press(page, 'Continue')
    await expect(page.getByText('35 years')).toBeVisible()
    await press(page, 'Send to the nurse')
    await expect(page.getByText('7F3A')).toBeVisible()
    await promises(page, 'done')

    const { packets, ended } = await harness(page)
    expect(ended).toEqual([])
    expect(packets).toHaveLength(1)
    expect(packets[0]).toMatchObject({
      words: 'My throat has been sore for 3 days and I have a cough. No fever.',
      profile: { reporter: 'patient', sex: 'female', age: { value: 35, unit: 'year' } },
      history: { conditions: 'asthma', allergies: 'penicillin' },
    })
    expect(packets[0].measures).toContainEqual({ name: 'temperature_c', value: 37, source: 'vitals' })
    // Nothing a patient sees may name a level or a reason of the rules.
    const seen = await page.evaluate(
      () => document.querySelector('anteroom-kiosk')?.shadowRoot?.querySelector('main')?.textContent ?? '',
    )
    expect(seen).toContain('7F3A')
    expect(seen).not.toMatch(/emergency|high|medium|\blow\b|triage|floor|diagnos/i)
    await press(page, /Finish and clear/)
    await expect(title(page)).toContainText('Welcome')
    expect((await harness(page)).ended).toEqual(['ended'])
  })
}

test('an emergency: staff are called, the screen says only what to do', async ({ page }) => {
  await toWords(page)
  await say(page, 'I have a crushing pain in my chest')
  await expect(title(page)).toHaveText('Tell staff now')
  await expect(page.getByText('Staff have been called')).toBeVisible()
  await promises(page, 'emergency')
  expect(
    await page.evaluate(() => document.querySelector('anteroom-kiosk')?.shadowRoot?.querySelector('main')?.textContent),
  ).not.toMatch(/chest|heart|emergency|level|attack/i)
  const { calls, packets } = await harness(page)
  expect(calls).toEqual(['emergency'])
  expect(packets[0].outcome).toMatchObject({ kind: 'hand-off', reason: 'emergency' })
  await press(page, 'Call staff again')
  await expect.poll(async () => (await harness(page)).calls).toEqual(['emergency', 'emergency'])
})

test('an emergency without a network says where to go, and goes on calling', async ({ page }) => {
  await toWords(page)
  await set(page, { staff: true })
  await say(page, 'I have a crushing pain in my chest')
  await expect(page.getByText('Go to the front desk or call out')).toBeVisible()
  await set(page, { staff: false })
  await advance(page, 6000)
  await expect(page.getByText('Staff have been called')).toBeVisible()
})

test('call staff: asked, called, and back to the same place', async ({ page }) => {
  await toWords(page)
  await press(page, 'Call staff')
  await promises(page, 'staff dialog')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await press(page, 'Call staff')
  await press(page, 'Yes, call staff')
  await expect(page.getByText('Staff are coming')).toBeVisible()
  await press(page, 'Back to my answers')
  await expect(title(page)).toHaveText('What is wrong today?')
  expect((await harness(page)).calls).toEqual(['help'])
})

test('an abandoned kiosk warns and then forgets', async ({ page }) => {
  await toWords(page)
  await advance(page, 62_000)
  await expect(page.getByRole('dialog')).toContainText('Are you still there?')
  await promises(page, 'idle dialog')
  await press(page, 'I need more time')
  await expect(page.getByRole('dialog')).toBeHidden()
  await advance(page, 90_000)
  await expect(title(page)).toContainText('Welcome')
  expect((await harness(page)).ended).toEqual(['idle'])
  await press(page, 'Start in English')
  await press(page, /I agree/)
  await press(page, 'For me')
  await expect(page.getByRole('textbox', { name: 'Age' })).toHaveValue('')
})

test('errors say what to do, stand at the field and take the focus', async ({ page }) => {
  await press(page, 'Start in English')
  await press(page, /I agree/)
  await press(page, 'For me')
  await page.getByRole('textbox', { name: 'Age' }).fill('old')
  await press(page, 'Continue')
  const age = page.getByRole('textbox', { name: 'Age' })
  await expect(age).toBeFocused()
  await expect(age).toHaveAttribute('aria-invalid', 'true')
  await expect(age).toHaveAccessibleDescription(/numbers only/)
  await expect(age).toHaveValue('old')
  await expect(page.getByRole('alert')).toContainText('numbers only')
  await promises(page, 'error')
})

test('the keyboard alone is enough', async ({ page }) => {
  const tabTo = async (name: string | RegExp): Promise<void> => {
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab')
      if (
        await page
          .getByRole('button', { name })
          .first()
          .evaluate((el) => el.matches(':focus'))
      )
        return
    }
    throw new Error(`cannot reach ${name}`)
  }
  await tabTo('Start in English')
  await page.keyboard.press('Enter')
  await tabTo(/I agree/)
  await page.keyboard.press('Space')
  await expect(title(page)).toBeFocused()
  await tabTo('For me')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.type('34')
  await page.keyboard.press('Enter')
  await expect(title(page)).toContainText('What sex')
})

test('the language changes in place and keeps what was typed', async ({ page }) => {
  await toWords(page)
  await page.getByLabel('Use your own words').fill('tengo fiebre y tos')
  await press(page, 'Español')
  await expect(title(page)).toHaveText('¿Qué le pasa hoy?')
  await expect(page.locator('html')).toHaveAttribute('lang', 'es')
  await press(page, 'Continuar')
  await expect(page.getByText('Fiebre', { exact: true })).toBeVisible()
  await promises(page, 'Spanish')
})

/** The encoder answers the reading that waits: a mild sore throat. */
const read = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { harness } = globalThis as unknown as { harness: Harness }
    harness.answer({
      encoder: 'test@1',
      told: [{ code: 'sore-throat', probability: 0.9, start: 3, end: 23 }],
      unseen: [],
      level: { emergency: 0, high: 0, medium: 0.1, low: 0.9 },
      complaints: [{ icpc2: 'R21', probability: 0.9 }],
    })
  })

test('the words wait for the encoder, and nobody waits in vain', async ({ page }) => {
  await page.goto(`${site.url}?reader`)
  await toWords(page)
  await say(page, 'it burns when i swallow')
  await expect(title(page)).toHaveText('Reading what you wrote')
  await expect(page.getByRole('status')).toContainText('moment')
  await promises(page, 'reading')
  await press(page, 'Back')
  await expect(page.getByLabel('Use your own words')).toHaveValue('it burns when i swallow')
  await press(page, 'Continue')
  await expect(title(page)).toHaveText('Reading what you wrote')
  await read(page)
  await expect(page.getByText('burns when i swallow')).toBeVisible()
  await press(page, /This is right/)
  await answerAll(page)
  await press(page, 'Skip this part')
  await press(page, 'I have none of these')
  await press(page, 'Send to the nurse')
  await expect(title(page)).toHaveText('Sending your answers')
  await promises(page, 'reading the answers')
  expect((await harness(page)).reads.at(-1)).toMatch(/yes: |no: /)
  await read(page)
  await expect(page.getByText('7F3A')).toBeVisible()
  const { packets } = await harness(page)
  expect(packets[0]?.provenance.encoder).toBe('test@1')
  expect(packets[0]?.complaints[0]?.icpc2).toBe('R21')
})

test('a packet that cannot be sealed is said so, and can be tried again', async ({ page }) => {
  await toWords(page)
  await say(page, 'my ear hurts')
  await press(page, /This is right/)
  await answerAll(page)
  await press(page, 'Skip this part')
  await press(page, 'I have none of these')
  await set(page, { sealer: true })
  await press(page, 'Send to the nurse')
  await expect(title(page)).toHaveText('Your answers could not be sent')
  await promises(page, 'failed')
  await set(page, { sealer: false })
  await press(page, 'Try again')
  await expect(page.getByText('7F3A')).toBeVisible()
})
