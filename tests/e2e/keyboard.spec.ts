import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../support/e2e.ts'

test.use({ models: 'none' })

/** Tab until the focus is there, as somebody without a mouse does. */
const tabTo = async (page: Page, target: Locator): Promise<void> => {
  await expect(target).toBeVisible()
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element.matches(':focus'))) return
    await page.keyboard.press('Tab')
  }
  throw new Error('the focus never got there')
}

test('a whole visit with the keyboard alone', async ({ openKiosk, reader }) => {
  const { page, visitor } = await openKiosk()
  const { says, heading, button } = visitor
  const press = async (name: string, key: 'Enter' | 'Space' = 'Enter'): Promise<void> => {
    await tabTo(page, button(name))
    await visitor.turn(() => page.keyboard.press(key))
    // The next screen begins at its heading, for whoever cannot see that it changed.
    await expect(heading).toBeFocused()
  }
  await press(says.start)
  await press(says.agree, 'Space')
  await press(says.self)
  await tabTo(page, page.getByLabel(says.age, { exact: true }))
  await page.keyboard.type('25')
  await visitor.turn(() => page.keyboard.press('Enter'))
  await press(says.sex.male)
  await tabTo(page, page.getByLabel(says.words))
  await page.keyboard.type('I have had a runny nose and a cough for 2 days. No fever.')
  await press(says.continue)
  await press(says.understood)
  for (let asked = 0; !says.history.test((await heading.textContent()) ?? ''); asked++) {
    expect(asked).toBeLessThan(40)
    const none = page.getByRole('checkbox', { name: says.none })
    if ((await none.count()) > 0) {
      await tabTo(page, none)
      await page.keyboard.press('Space')
      await press(says.continue)
    } else await press((await button(says.no).count()) > 0 ? says.no : says.skip)
  }
  await tabTo(page, page.getByRole('checkbox', { name: says.none, exact: true }))
  await page.keyboard.press('Space')
  await press(says.continue)
  await press(says.noVitals)
  // A dialog keeps the focus and gives it back.
  await tabTo(page, button('Call staff'))
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Do you need a person?' })
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(button('Call staff')).toBeFocused()

  await tabTo(page, button(says.send))
  await page.keyboard.press('Enter')
  await expect(heading).toHaveText(says.done)
  await tabTo(page, button(says.finish))
  await page.keyboard.press('Enter')
  await expect(button(says.start)).toBeVisible()
  await expect
    .poll(async () => (await reader.packets()).some((p) => p.words.includes('runny nose and a cough for 2 days')))
    .toBe(true)
})
