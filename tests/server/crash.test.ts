import { type ChildProcess, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { ClinicInfo } from '#contracts/wire/keys.ts'
import { openStore } from '#server/open-store.ts'
import { readSettings } from '#server/settings.ts'
import { verifyLedgerDirectory } from '#server/verify-ledger.ts'
import { newKiosk } from './support/kiosk.ts'
import { copyEmptyDatabase, newDataDirectory } from './support/test-server.ts'

/** Pseudo-random numbers by seed (mulberry32), so that a failing run can be repeated. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

type Running = { child: ChildProcess; url: string; output: string }

/** Starts the real server as a child process and waits for its `ready` line. */
function start(directory: string): Promise<Running> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/server.ts'], {
    env: { ...process.env, DATA_DIR: directory, PORT: '0', STATIC_DIR: 'no-such-directory' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
      const url = /^ready (\S+)$/m.exec(output)?.[1]
      if (url !== undefined) resolve({ child, url, output })
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)))
  })
}

const kill = (child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM') =>
  new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const SEED = 20_261_122
const ROUNDS = 3
let directory = ''
afterAll(() => rm(directory, { recursive: true, force: true }))

describe('kill -9', () => {
  it('never loses an acknowledged packet, whenever it comes', async () => {
    directory = await newDataDirectory()
    await copyEmptyDatabase(directory)
    const random = seeded(SEED)
    const kiosk = await newKiosk(() => new Date())
    const acknowledged = new Map<string, string>()

    let server = await start(directory)
    const code = /code \(15 minutes\): (\S+)/.exec(server.output)?.[1] ?? ''
    const enrolled = await fetch(`${server.url}/api/devices/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await kiosk.enrolRequest(code)),
    })
    const { deviceId, clinic } = (await enrolled.json()) as { deviceId: string; clinic: unknown }
    kiosk.deviceId = deviceId
    const info = ClinicInfo.parse(clinic)

    for (let round = 0; round < ROUNDS; round += 1) {
      const { url, child } = server
      let isRunning = true
      const sender = async () => {
        while (isRunning) {
          const sealed = await kiosk.seal(info, JSON.stringify({ round, filler: 'x'.repeat(random() * 20_000) }))
          const { packetId } = sealed.routing
          const answer = await fetch(`${url}/api/packets/${packetId}`, {
            method: 'PUT',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(sealed),
          }).catch(() => null)
          const body = answer === null ? null : ((await answer.json().catch(() => null)) as { receipt?: string } | null)
          if (answer?.status === 200 && body?.receipt) acknowledged.set(packetId, body.receipt)
        }
      }
      const senders = [sender(), sender(), sender(), sender()]
      const enough = acknowledged.size + 3 + Math.floor(random() * 12)
      while (acknowledged.size < enough) await pause(2)
      await pause(random() * 40)
      await kill(child, 'SIGKILL')
      isRunning = false
      await Promise.all(senders)
      expect((await verifyLedgerDirectory(directory)).ok).toBe(true)
      if (round < ROUNDS - 1) server = await start(directory)
    }

    expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS * 3)
    const opened = await openStore(readSettings({ DATA_DIR: directory }))
    const rows = await opened.store.db.selectFrom('packets').select(['packet_id', 'receipt']).execute()
    const stored = new Map(rows.map((row) => [row.packet_id, row.receipt]))
    for (const [packetId, receipt] of acknowledged) expect(stored.get(packetId)).toBe(receipt)
    await opened.close()
  }, 120_000)
})
