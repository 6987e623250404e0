import type { Page } from '@playwright/test'
import { expect, test } from '../support/e2e.ts'

test.use({ models: 'none' })

const person = (words: string) => ({ age: '29', sex: 'male', words }) as const

/** Rows of the outbox as they lie in IndexedDB. */
const outboxRows = (page: Page): Promise<{ packetId: string; attempts: number; dead: string | null }[]> =>
  page.evaluate(
    () =>
      new Promise((done, failed) => {
        const opening = indexedDB.open('anteroom-device')
        opening.onerror = () => failed(opening.error)
        opening.onsuccess = () => {
          const all = opening.result.transaction('outbox').objectStore('outbox').getAll()
          all.onsuccess = () => {
            opening.result.close()
            done(all.result)
          }
        }
      }),
  )

test('network cut and server killed at sending, page reloaded, server restarted: kept, sent once, then gone from the device', async ({
  openKiosk,
  clinic,
  reader,
}) => {
  const { page, context, visitor } = await openKiosk()
  await visitor.begin(person(''))
  await visitor.tell('I have had a cough and a runny nose for 2 days. No fever.')
  await visitor.answerAll()
  await clinic.stop('SIGKILL')
  await context.setOffline(true)
  const code = await visitor.send()
  // Nobody has it yet, and the screen does not say so.
  await expect(visitor.heading).toHaveText('Thank you. Your answers are on their way.')
  await expect(page.getByRole('status').filter({ hasText: 'Please tell the front desk that you are here.' })).toBeVisible()
  expect(await outboxRows(page)).toMatchObject([{ dead: null }])
  await visitor.leave()
  await page.reload()
  await expect(visitor.button(visitor.says.start)).toBeVisible()
  expect(await outboxRows(page)).toHaveLength(1)

  await clinic.start()
  await context.setOffline(false)
  const packet = await reader.packet(code)
  expect(packet.words).toContain('cough and a runny nose')
  await expect.poll(() => outboxRows(page)).toEqual([])
  expect((await reader.ledger()).filter((e) => e.packetId === packet.id && e.kind === 'packet-received')).toHaveLength(1)
})

test('a receipt that is lost or forged on the way does not delete the row, and the server still has one packet', async ({
  openKiosk,
  reader,
}) => {
  const { page, context, visitor } = await openKiosk()
  let answers = 0
  await context.route('**/api/packets/*', async (route) => {
    const answer = await route.fetch()
    answers++
    if (answers === 1) return route.abort()
    const { receipt } = await answer.json()
    const [head, claims, signature] = receipt.split('.')
    const other = signature.startsWith('A') ? 'B' : 'A'
    await route.fulfill({ response: answer, json: { receipt: [head, claims, other + signature.slice(1)].join('.') } })
  })
  const code = await visitor.visit(person('I have had a stuffy nose and a cough for 2 days. No fever.'))
  await expect.poll(() => answers, { timeout: 20_000 }).toBeGreaterThanOrEqual(2)
  const packet = await reader.packet(code)
  expect(await outboxRows(page)).toMatchObject([{ packetId: packet.id, dead: null }])

  await context.unroute('**/api/packets/*')
  await context.setOffline(true)
  await context.setOffline(false)
  await expect.poll(() => outboxRows(page), { timeout: 20_000 }).toEqual([])
  expect((await reader.ledger()).filter((e) => e.packetId === packet.id && e.kind === 'packet-received')).toHaveLength(1)
})

test('an old outbox shows nothing to whoever opens the developer tools', async ({ openKiosk }) => {
  const { page, context, visitor } = await openKiosk()
  await context.setOffline(true).catch(() => undefined)
  await visitor.visit(person('I have had a cough and quincunx for 2 days. No fever.'))
  const rows = await outboxRows(page)
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toMatch(/quincunx|cough/)
  const exported = await page.evaluate(
    () =>
      new Promise<string>((done) => {
        const opening = indexedDB.open('anteroom-device')
        opening.onsuccess = () => {
          const got = opening.result.transaction('device').objectStore('device').get('device')
          got.onsuccess = () =>
            crypto.subtle.exportKey('jwk', got.result.keys.privateKey).then(
              () => done('exported'),
              (e: Error) => done(e.name),
            )
        }
      }),
  )
  expect(exported).toBe('InvalidAccessError')
})
