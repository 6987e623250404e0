import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '../support/e2e.ts'

const LABEL = 'Written by AI · preliminary · requires nurse review'

test('sore throat: the model writes an assessment that passes the validator, the nurse checks it and signs', async ({
  openKiosk,
  openStaff,
  reader,
  clinic,
}) => {
  const { page: kiosk, visitor } = await openKiosk()
  const words = 'My throat is sore since Monday and it hurts to swallow my tea. No fever.'
  const code = await visitor.visit({ age: '34', sex: 'female', words }, [[/how long/i, '3']])
  expect(await kiosk.getByRole('main').ariaSnapshot()).not.toMatch(/\b(high|medium|low)\b|tonsill|pharyng|diagnos/i)
  const packet = await reader.packet(code)
  expect(packet.words).toBe(words)
  expect(packet.outcome.kind, JSON.stringify(packet.outcome)).toBe('assessment')
  expect(packet.provenance.modelId).toMatch(/^anteroom-/)
  expect(packet.provenance.modelHash).toMatch(/^[0-9a-f]{64}$/)
  expect(packet.provenance.indexId).toMatch(/^index-/)
  expect(packet.provenance.encoder).toMatch(/^anteroom-encoder-v1@[0-9a-f]{12}$/)
  await visitor.leave()

  const { page, staff } = await openStaff('nurse')
  await staff.open('swallow my tea')
  await expect(page.getByRole('blockquote')).toContainText('hurts to swallow my tea')
  await expect(page.getByText(LABEL)).toBeVisible()
  const cited = packet.passages[0]
  if (!cited) throw new Error('the packet cites nothing')
  await page.getByRole('button', { name: cited.title }).first().click()
  await expect(page.getByRole('dialog', { name: cited.title })).toBeVisible()
  await expect(page.getByText(cited.text)).toBeVisible()
  await expect(page.getByText('Next review due')).toBeVisible()
  await staff.button('Close').click()
  await staff.accept('Seen at the desk; comfortable.')
  const item = (await reader.queue()).find((i) => i.packetId === packet.id)
  expect(item?.state).toBe('attested')

  await staff.section('Ledger')
  await expect(page.getByText(/The chain holds/)).toBeVisible()
  await expect(page.getByText('A packet was reviewed and signed').first()).toBeVisible()
  const kinds = (await reader.ledger()).filter((e) => e.packetId === packet.id).map((e) => e.kind)
  for (const kind of ['packet-received', 'ai-interaction', 'packet-opened', 'packet-claimed', 'packet-reviewed'] as const)
    expect(kinds).toContain(kind)

  // The verify command, on what would be left after a power cut at this moment.
  const copy = await mkdtemp(join(tmpdir(), 'anteroom-copy-'))
  await cp(clinic.dataDir, copy, { recursive: true, filter: (from) => !from.endsWith('.lock') })
  const said = execFileSync(process.execPath, ['--import', 'tsx', 'scripts/ledger-verify.ts', '--data', copy], {
    cwd: resolve(import.meta.dirname, '../..'),
    encoding: 'utf8',
  })
  expect(said).toMatch(/^ledger whole: \d+ entries/)
  await rm(copy, { recursive: true })
})

test('the same in Spanish, for a child, told by the mother', async ({ openKiosk, openStaff, reader }) => {
  const { page, visitor } = await openKiosk({ language: 'es' })
  await visitor.press('Empezar en español')
  await visitor.press('Estoy de acuerdo, empezar')
  await visitor.press('Soy la madre o el padre')
  await page.getByLabel('Edad', { exact: true }).fill('9')
  await visitor.press('Continuar')
  await visitor.press('Masculino')
  await visitor.tell('A mi hijo le duele la garganta desde ayer y le cuesta tragar la sopa. No tiene fiebre.')
  await visitor.answerAll()
  const packet = await reader.packet(await visitor.send())
  expect(packet).toMatchObject({ language: 'es', profile: { reporter: 'caregiver', relation: 'parent' } })
  expect(packet.outcome.kind, JSON.stringify(packet.outcome)).toBe('assessment')

  const { page: ward, staff } = await openStaff('nurse')
  await staff.open('tragar la sopa')
  await expect(ward.getByText('Patient answered in Spanish')).toBeVisible()
  await expect(ward.getByText(LABEL)).toBeVisible()
})
