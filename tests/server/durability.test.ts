import { appendFile, cp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DurableFiles, durableFiles } from '#server/durable/durable-files.ts'
import { ledgerPath, openLedgerFile } from '#server/durable/ledger-file.ts'
import { lockDataDirectory } from '#server/durable/lock-file.ts'
import type { Db, Tables } from '#server/repositories/schema.ts'
import { verifyLedgerDirectory } from '#server/verify-ledger.ts'
import { type OpenClinic, openClinic } from './support/open-clinic.ts'
import { newDataDirectory, startTestServer } from './support/test-server.ts'

/** Every table but sessions (people sign in again), in a fixed order. */
const kept = [
  'clinics',
  'epochs',
  'epoch_keys',
  'staff',
  'enrol_codes',
  'devices',
  'packets',
  'reviews',
  'calls',
  'interactions',
  'ledger',
] as const
async function stateOf(db: Db): Promise<Partial<Record<keyof Tables, string[]>>> {
  const state: Partial<Record<keyof Tables, string[]>> = {}
  for (const table of kept) {
    const rows = await db.selectFrom(table).selectAll().execute()
    state[table] = rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort()
  }
  return state
}

let isDiskFull = false
const full = () => Object.assign(new Error('no space'), { code: 'ENOSPC' })
const fillable: DurableFiles = {
  replace: (path, text, mode) => (isDiskFull ? Promise.reject(full()) : durableFiles.replace(path, text, mode)),
  appendLine: (file, line) => (isDiskFull ? Promise.reject(full()) : durableFiles.appendLine(file, line)),
}

let server: OpenClinic
let directory: string
let copy: string

/** A running server with one of everything in it, closed again; its data are the material of the tests below. */
beforeAll(async () => {
  server = await openClinic({ files: fillable })
  directory = server.settings.DATA_DIR
  copy = await newDataDirectory()
}, 60_000)
afterAll(async () => {
  await rm(directory, { recursive: true, force: true })
  await rm(copy, { recursive: true, force: true })
})

const fresh = async () => {
  await rm(copy, { recursive: true, force: true })
  await cp(directory, copy, { recursive: true, filter: (path) => !/pglite|server\.lock/.test(path) })
}

describe('durability of the embedded server', () => {
  it('acknowledges nothing on a full disk, and takes the same packet when there is room', async () => {
    const sealed = await server.kiosk.seal(server.clinic, '{}')
    isDiskFull = true
    const before = await stat(ledgerPath(directory))
    const answer = await server.put(sealed)
    expect([answer.statusCode, answer.json().code]).toEqual([507, 'storage-full'])
    expect((await server.nurse.get('/api/queue')).json().items).toEqual([])
    expect((await stat(ledgerPath(directory))).size).toBe(before.size)
    isDiskFull = false
    expect((await server.put(sealed)).statusCode).toBe(200)
  })

  it('has every acknowledged packet in the ledger file before it answers', async () => {
    const sealed = await server.kiosk.seal(server.clinic, '{}')
    expect((await server.put(sealed)).statusCode).toBe(200)
    const lines = (await readFile(ledgerPath(directory), 'utf8')).trimEnd().split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ kind: 'packet-received', packetId: sealed.routing.packetId })
  })

  it('catches up with the ledger when the database fails to commit what is already on the disk', async () => {
    const { db } = server.opened.store
    const run = (text: string) => sql.raw(text).execute(db)
    await run(`create function fail_commit() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`)
    await run(`create constraint trigger fail_commit after insert on ledger deferrable initially deferred
      for each row execute function fail_commit()`)
    const sealed = await server.kiosk.seal(server.clinic, '{}')
    expect((await server.put(sealed)).statusCode).toBe(500)
    await run('drop trigger fail_commit on ledger')
    expect((await server.put(sealed)).statusCode).toBe(200)
    const rows = await db.selectFrom('ledger').select('kind').where('packet_id', '=', sealed.routing.packetId).execute()
    expect(rows).toEqual([{ kind: 'packet-received' }])
  })

  it('refuses a second server on the same data and names the holder', async () => {
    await expect(startTestServer({ directory })).rejects.toThrow(`pid ${process.pid}`)
    expect((await server.app.inject({ url: '/readyz' })).statusCode).toBe(200)
  })

  it('rebuilds an identical database from ledger and records when the database is deleted', async () => {
    const { nurse, doctor, admin, kiosk, clinic, clock, enrol } = server
    const at = () => clock.now().toISOString()
    for (const decision of ['accept', 'return', 'escalate'] as const) {
      const sealed = await kiosk.seal(clinic, '{}')
      const { packetId } = sealed.routing
      await server.put(sealed)
      await nurse.post(`/api/packets/${packetId}/claim`)
      await nurse.post(`/api/packets/${packetId}/release`)
      clock.advance(1000)
      await nurse.post(`/api/packets/${packetId}/claim`)
      await nurse.post(`/api/packets/${packetId}/review`, await nurse.review(clinic, { packetId, decision }, { at: at() }))
      if (decision === 'escalate') await doctor.post(`/api/packets/${packetId}/claim`)
    }
    const lost = await enrol()
    await admin.post(`/api/devices/${lost.deviceId}/revoke`)
    await nurse.post('/api/devices/codes')
    const callId = '0b9d6f0a-8a53-4a43-9d0e-0a8e3f6b2c11'
    const call = await kiosk.signed({ callId, deviceId: kiosk.deviceId, urgency: 'help', issuedAt: at() })
    await server.app.inject({ method: 'POST', url: '/api/calls', payload: call })
    await nurse.post(`/api/calls/${callId}/answer`)
    const before = await stateOf(server.opened.store.db)
    expect(before.packets).toHaveLength(6)
    expect(before.reviews).toHaveLength(3)
    await server.stop(true)

    await fresh()
    const again = await startTestServer({ directory: copy, now: clock.now })
    expect(again.opened.mended.rebuiltEntries).toBe(before.ledger?.length)
    expect(await stateOf(again.opened.store.db)).toEqual(before)
    await again.stop(true)
    // A flushed close is trusted: nothing to rebuild.
    const third = await startTestServer({ directory: copy, now: clock.now })
    expect(third.opened.mended.rebuiltEntries).toBe(0)
    await third.stop(true)
  }, 60_000)
})

describe('a damaged ledger', () => {
  const open = async () => {
    const { entries, cutBytes, close } = await openLedgerFile(copy, durableFiles)
    await close()
    return { count: entries.length, cutBytes }
  }

  it('loses only a torn last line', async () => {
    await fresh()
    const whole = await open()
    expect(whole.cutBytes).toBe(0)
    await appendFile(ledgerPath(copy), '{"seq":99,"clinicId":"cl')
    expect(await open()).toEqual({ count: whole.count, cutBytes: 24 })
    await appendFile(ledgerPath(copy), `${'\0'.repeat(30)}\n`)
    expect(await open()).toEqual({ count: whole.count, cutBytes: 31 })
    const { size } = await stat(ledgerPath(copy))
    await truncate(ledgerPath(copy), size - 5)
    expect((await open()).count).toBe(whole.count - 1)
  })

  it('is found by the verifier, which names the first bad entry', async () => {
    await fresh()
    const path = ledgerPath(copy)
    const text = await readFile(path, 'utf8')
    const lines = text.trimEnd().split('\n')
    const good = await verifyLedgerDirectory(copy)
    expect(good).toMatchObject({ ok: true, entries: lines.length, tornBytes: 0 })
    const verdictOf = async (changed: string[]) => {
      await writeFile(path, `${changed.join('\n')}\n`)
      return verifyLedgerDirectory(copy)
    }
    const edited = lines.map((line, index) => (index === 6 ? line.replace(/"actor":"[^"]+"/, '"actor":"staff:other"') : line))
    expect(await verdictOf(edited)).toEqual({ ok: false, seq: 7, reason: 'hash' })
    expect(await verdictOf(lines.filter((_, index) => index !== 4))).toEqual({ ok: false, seq: 5, reason: 'sequence' })
    const swapped = [...lines.slice(0, 2), lines[3] ?? '', lines[2] ?? '', ...lines.slice(4)]
    expect(await verdictOf(swapped)).toEqual({ ok: false, seq: 3, reason: 'sequence' })
    expect(await verdictOf(lines.slice(0, -2))).toEqual({ ok: false, seq: lines.length - 1, reason: 'cut or written anew' })
    expect(await verdictOf(['nonsense', ...lines.slice(1)])).toEqual({ ok: false, seq: 1, reason: 'unreadable' })
    await writeFile(path, text)
    const withRecord = lines.findIndex((line) => line.includes('packet-received'))
    const { blob } = JSON.parse(lines[withRecord] ?? '{}').detail
    await writeFile(join(copy, 'blobs', blob.slice(0, 2), `${blob}.json`), '{}')
    expect(await verifyLedgerDirectory(copy)).toMatchObject({ ok: false, seq: withRecord + 1 })
  })

  it('keeps the server from starting', async () => {
    await fresh()
    const lines = (await readFile(ledgerPath(copy), 'utf8')).trimEnd().split('\n')
    await writeFile(ledgerPath(copy), `${lines.slice(0, -3).join('\n')}\n`)
    await expect(startTestServer({ directory: copy })).rejects.toThrow(`entry ${lines.length - 2}`)
    await writeFile(ledgerPath(copy), `${[lines[1], lines[0], ...lines.slice(2)].join('\n')}\n`)
    await expect(startTestServer({ directory: copy })).rejects.toThrow('entry 1')
  })
})

describe('the lock', () => {
  it('is taken over from a process that is gone, not from one that lives', async () => {
    await fresh()
    const first = await lockDataDirectory(copy, new Date())
    await expect(lockDataDirectory(copy, new Date())).rejects.toThrow(`pid ${process.pid}`)
    const path = join(copy, 'server.lock')
    const holder = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify({ ...holder, startTicks: '1' }))
    const second = await lockDataDirectory(copy, new Date())
    expect(second.heldByCrashedProcessOfThisBoot).toBe(true)
    await first.release()
    expect(JSON.parse(await readFile(path, 'utf8')).pid).toBe(process.pid)
    await writeFile(path, JSON.stringify({ ...holder, bootId: 'an earlier start of the machine' }))
    expect((await lockDataDirectory(copy, new Date())).heldByCrashedProcessOfThisBoot).toBe(false)
    await writeFile(path, JSON.stringify({ ...holder, host: 'another-machine' }))
    await expect(lockDataDirectory(copy, new Date())).rejects.toThrow('another-machine')
  })
})
