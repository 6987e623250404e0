import { expect, test } from '../support/e2e.ts'

const SORE_THROAT = {
  age: '34',
  sex: 'male',
  words:
    'My throat has been sore for 3 days and it hurts a lot to swallow. No fever. <img src="//elsewhere.test/x" onerror="alert(1)">',
} as const

test.describe('output that breaks a rule each time', () => {
  test.use({ content: 'strict' })

  test('is thrown away three times; the packet goes out without AI text and says so', async ({
    openKiosk,
    openStaff,
    reader,
  }) => {
    const { visitor } = await openKiosk()
    const packet = await reader.packet(await visitor.visit(SORE_THROAT))
    expect(packet.outcome).toMatchObject({ kind: 'hand-off', reason: 'invalid-output', attempts: 3 })
    expect(packet.outcome.kind === 'hand-off' && packet.outcome.violated.length).toBeGreaterThan(0)
    expect(packet.provenance).toMatchObject({ engine: 'transformers', promptId: expect.any(String) })
    // What it wrote is nowhere: not the summary every draft must begin with, nor any other text of an assessment.
    expect(JSON.stringify(packet.outcome)).not.toMatch(/preliminary assessment|summary/i)
    const { page, staff } = await openStaff('nurse')
    await staff.open('sore for 3 days and it hurts a lot')
    await expect(page.getByText('The AI wrote text that broke the safety rules each time it tried.')).toBeVisible()
    await expect(page.getByText(/Written by AI/)).toHaveCount(0)
    // Markup in words is words. That nothing was asked of the other host, the watch over every page checks.
    await expect(page.getByRole('blockquote')).toContainText('onerror="alert(1)"')
    await expect(page.locator('img[onerror], img[src*="elsewhere"]')).toHaveCount(0)
  })
})

test.describe('a model with one bit turned over', () => {
  test.use({ models: 'damaged' })

  test('is not used; the packet goes out on rules alone and says so', async ({ openKiosk, reader }) => {
    const { visitor } = await openKiosk()
    const packet = await reader.packet(await visitor.visit(SORE_THROAT))
    expect(packet.outcome).toEqual({ kind: 'hand-off', reason: 'integrity', attempts: 0, violated: [] })
    expect(packet.provenance).toMatchObject({ engine: 'rules', modelId: null, modelHash: null })
  })
})
