import { expect, test } from '../support/e2e.ts'

test('after one visit the kiosk works without its server, model and guideline index included', async ({
  openKiosk,
  clinic,
  reader,
}) => {
  const { page, context, visitor } = await openKiosk()
  const words = 'My throat has been sore for 2 days and it hurts to swallow. No fever.'
  const first = await reader.packet(await visitor.visit({ age: '41', sex: 'male', words }))
  expect(first.provenance.modelId, JSON.stringify(first.outcome)).not.toBeNull()
  await visitor.leave()

  await clinic.stop('SIGKILL')
  await context.setOffline(true)
  await page.goto('about:blank')
  await page.goto(clinic.url)
  const code = await visitor.visit({ age: '42', sex: 'male', words })
  await page.reload()
  await expect(visitor.button(visitor.says.start)).toBeVisible()

  await clinic.start()
  await context.setOffline(false)
  const packet = await reader.packet(code)
  expect(packet.outcome.kind).toBe(first.outcome.kind)
  expect(packet.provenance).toMatchObject({
    engine: 'transformers',
    modelId: first.provenance.modelId,
    modelHash: first.provenance.modelHash,
    indexId: first.provenance.indexId,
  })
})

test('the page can be installed', async ({ openKiosk }) => {
  const { page, context } = await openKiosk()
  const session = await context.newCDPSession(page)
  const { errors, data } = await session.send('Page.getAppManifest')
  expect(errors).toEqual([])
  expect(JSON.parse(data ?? '{}')).toMatchObject({ display: expect.stringMatching(/standalone|fullscreen/) })
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  expect(installabilityErrors.filter((e) => e.errorId !== 'in-incognito')).toEqual([])
})
