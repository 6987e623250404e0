import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/e2e.ts'
import { kioskVisitor } from '../support/kiosk-visitor.ts'
import { runAxe } from '../support/run-axe.ts'

test.use({ models: 'none' })

const SIZES = [
  [1080, 1920],
  [1280, 800],
  [1024, 768],
  [390, 844],
] as const
/** `SCREENSHOTS=1` also keeps a picture of every screen in every size, for people to look at. */
const PICTURES = process.env.SCREENSHOTS === '1'

/** Axe in light and dark; no sideways scrolling and no small target at any size. Answers what is wrong. */
const look = async (page: Page, name: string, pictures: string): Promise<string[]> => {
  const wrong: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    wrong.push(...(await runAxe(page)).map((found) => `${name} ${colorScheme}: ${found}`))
    for (const [width, height] of PICTURES ? SIZES : []) {
      await page.setViewportSize({ width, height })
      await page.screenshot({ path: join(pictures, `${width}-${colorScheme}-${name}.png`), fullPage: true })
    }
  }
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height })
    const { over, small } = await page.evaluate(() => {
      const all = (root: ParentNode): Element[] =>
        [...root.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])])
      // The label of a box or a radio is what the finger touches.
      const touched = all(document).filter((e) =>
        e.matches('button, a[href], summary, select, textarea, label:has(input), input:not(label input)'),
      )
      const boxes = touched.map((e) => ({ e, box: e.getBoundingClientRect() })).filter(({ box }) => box.width > 0)
      return {
        over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        small: boxes
          .filter(({ box }) => box.height < 44 || box.width < 44)
          .map(({ e, box }) => `${e.textContent?.trim()} ${box.width}x${box.height}`),
      }
    })
    if (over > 0) wrong.push(`${name} ${width}: ${over} px wider than the screen`)
    wrong.push(...small.map((what) => `${name} ${width}: small target ${what}`))
  }
  return wrong
}

for (const language of ['en', 'es'] as const) {
  test(`every kiosk screen, ${language}: axe finds nothing in light and dark, nothing is cut off or too small to touch`, async ({
    openKiosk,
  }, info) => {
    test.setTimeout(240_000)
    const { page, visitor } = await openKiosk({ language })
    const { says, press, button, heading } = visitor
    const wrong: string[] = []
    let n = 0
    const see = async (name: string): Promise<void> => {
      n++
      wrong.push(
        ...(await look(page, `${String(n).padStart(2, '0')}-${name}`, join(info.project.outputDir, 'screens', language))),
      )
    }
    await see('language')
    await press(says.start)
    await see('consent')
    await press(says.decline)
    await see('declined')
    await button(says.declined).click()
    await press(says.start)
    await press(says.agree)
    await see('who')
    await press(says.self)
    await button(says.continue).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await see('age-error')
    await page.getByLabel(says.age, { exact: true }).fill('34')
    await press(says.continue)
    await see('sex')
    await press(says.sex.female)
    await see('pregnancy')
    await press(says.no)
    await see('words')
    await page.getByLabel(says.words).fill(says.example)
    await press(says.continue)
    await see('confirm')
    await press(says.understood)
    for (let asked = 0; !says.history.test((await heading.textContent()) ?? ''); asked++) {
      if (asked < 6) await see('question')
      await visitor.answerOne([])
    }
    await see('history')
    await page.getByRole('checkbox', { name: says.none, exact: true }).check()
    await press(says.continue)
    await see('vitals')
    await press(says.noVitals)
    await see('review')
    await button(says.callStaff).click()
    await see('call-staff')
    await page.keyboard.press('Escape')
    await visitor.send()
    await see('done')
    await visitor.leave()

    await visitor.begin({ age: '61', sex: 'male' })
    await visitor.tell(says.redFlag)
    await see('emergency')
    expect(wrong).toEqual([])
  })
}

test('the screens of staff: axe finds nothing in light and dark', async ({ openKiosk, openStaff, openContext, clinic }) => {
  const { visitor } = await openKiosk()
  await visitor.visit({ age: '27', sex: 'male', words: 'I have had a dry cough for 4 days and slept badly. No fever.' })
  const wrong: string[] = []
  const check = async (page: Page, name: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      wrong.push(...(await runAxe(page)).map((found) => `${name} ${colorScheme}: ${found}`))
    }
  }
  const { context } = await openContext()
  const outside = await context.newPage()
  await outside.goto(`${clinic.url}/staff`)
  await expect(outside.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await check(outside, 'sign-in')
  await outside.goto(`${clinic.url}/`)
  await expect(outside.getByRole('button', { name: 'Set up' })).toBeVisible()
  await check(outside, 'enrol')

  const { page, staff } = await openStaff('nurse')
  await check(page, 'queue')
  await staff.open('dry cough for 4 days')
  await check(page, 'packet')
  for (const section of ['Ledger', 'Devices'] as const) {
    await staff.section(section)
    await expect(page.getByRole('heading', { level: 1, name: section })).toBeVisible()
    await check(page, section)
  }
  expect(wrong).toEqual([])
})

test('what the visitor of the tests reads is what the screens say', async ({ openKiosk }) => {
  const { page } = await openKiosk({ language: 'es' })
  const visitor = kioskVisitor(page, 'es')
  await visitor.press(visitor.says.start)
  await expect(page.locator('html')).toHaveAttribute('lang', 'es')
  await expect(page).toHaveTitle('Regístrese para su visita')
})
