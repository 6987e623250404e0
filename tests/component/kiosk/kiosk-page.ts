import { readFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'
import type { Harness } from './harness/main.ts'

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')

export const harness = (page: Page) =>
  page.evaluate(() => JSON.parse(JSON.stringify((globalThis as unknown as { harness: Harness }).harness)))
export const set = (page: Page, broken: Partial<Harness['broken']>) =>
  page.evaluate((b) => Object.assign((globalThis as unknown as { harness: Harness }).harness.broken, b), broken)
export const advance = (page: Page, ms: number) =>
  page.evaluate((n) => (globalThis as unknown as { harness: Harness }).harness.advance(n), ms)
export const press = (page: Page, name: string | RegExp, exact = false) =>
  page.getByRole('button', { name, exact }).first().click()
export const title = (page: Page) => page.getByRole('heading', { level: 1 })

/** axe through the developer protocol's isolated world, so that the page's own policy stays as it is. */
export const axe = async (page: Page): Promise<string[]> => {
  const cdp = await page.context().newCDPSession(page)
  const { frameTree } = await cdp.send('Page.getFrameTree')
  const { executionContextId } = await cdp.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id })
  await cdp.send('Runtime.evaluate', { expression: AXE, contextId: executionContextId })
  const { result } = await cdp.send('Runtime.evaluate', {
    expression: `axe.run({ resultTypes: ['violations'] }).then((r) =>
      JSON.stringify(r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target).join(', '))))`,
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
  })
  await cdp.detach()
  return JSON.parse(result.value as string)
}

/** What every screen promises, at whatever size: no finding, no sideways scrolling, large targets, focus on the heading. */
export const promises = async (page: Page, where: string): Promise<void> => {
  expect(await axe(page), where).toEqual([])
  const found = await page.evaluate(() => {
    const small: string[] = []
    const visit = (root: ParentNode): void => {
      for (const el of root.querySelectorAll<HTMLElement>('*')) {
        if (el.shadowRoot) visit(el.shadowRoot)
        if (!el.matches('button, select, textarea, summary, label.card, input:not([type=radio], [type=checkbox])')) continue
        const { width, height } = el.getBoundingClientRect()
        if (width === 0) continue
        const least = el.matches('.primary') ? 56 : 44
        if (width < 44 || height < least) small.push(`${el.textContent?.trim().slice(0, 20)} ${width}x${height}`)
      }
    }
    visit(document)
    const { scrollWidth, clientWidth } = document.documentElement
    return { small, overflow: scrollWidth - clientWidth, styled: document.querySelectorAll('[style]').length }
  })
  expect(found, where).toEqual({ small: [], overflow: 0, styled: 0 })
}

export const toWords = async (page: Page): Promise<void> => {
  await press(page, 'Start in English')
  await press(page, /I agree/)
  await press(page, 'For me')
  await page.getByRole('textbox', { name: 'Age' }).fill('34')
  await press(page, 'Continue')
  await press(page, 'Male', true)
}
export const say = async (page: Page, words: string): Promise<void> => {
  await page.getByLabel('Use your own words').fill(words)
  await press(page, 'Continue')
}
/** Answers every protocol question with "none", "no" or a skip until another part begins. */
export const answerAll = async (page: Page, look: (n: number) => Promise<void> = async () => undefined): Promise<void> => {
  for (let n = 0; n < 45; n++) {
    const text = (await title(page).textContent()) ?? ''
    if (text.startsWith('Your health')) return
    await look(n)
    const none = page.getByLabel('None of these')
    if (await none.count()) {
      await none.check()
      await press(page, 'Continue')
    } else if (await page.getByRole('button', { name: 'Not sure' }).count()) await press(page, 'No', true)
    else await press(page, 'Skip this question')
    await page.waitForTimeout(20)
  }
  throw new Error('the questions do not end')
}
