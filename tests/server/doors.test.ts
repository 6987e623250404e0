import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { securityHeaders } from '#server/plugins/security-headers.ts'
import { newKiosk } from './support/kiosk.ts'
import { type OpenClinic, openClinic } from './support/open-clinic.ts'
import { type StaffMember, signIn } from './support/staff.ts'
import { newDataDirectory, type TestClock } from './support/test-server.ts'

const PLANTED = 'planted-words-of-the-patient-Zq81'
let server: OpenClinic
let staticDir: string
let clock: TestClock
let nurse: StaffMember

beforeAll(async () => {
  staticDir = await newDataDirectory()
  const files = { 'index.html': 'kiosk page', 'staff.html': 'staff page', 'assets/app-Dk3_x9Qa.js': 'script' }
  for (const [path, text] of Object.entries({ ...files, 'model-shards/m/shard-0.bin': 'weights', '.secret': 'no' })) {
    await mkdir(dirname(join(staticDir, path)), { recursive: true })
    await writeFile(join(staticDir, path), text)
  }
  server = await openClinic({ staticDir })
  ;({ clock, nurse } = server)
  await server.put(await server.kiosk.seal(server.clinic, PLANTED))
}, 60_000)
afterAll(async () => {
  await server.stop()
  await rm(staticDir, { recursive: true, force: true })
})

describe('doors and traces', () => {
  it('serves the page: kiosk, staff, files by path, hashed ones to keep, hidden ones never', async () => {
    const get = async (url: string) => {
      const { statusCode, headers, body } = await server.app.inject({ url })
      return [statusCode, statusCode === 200 ? headers['cache-control'] : 'none', statusCode === 200 ? body : '']
    }
    expect(await get('/')).toEqual([200, 'no-cache', 'kiosk page'])
    expect(await get('/staff')).toEqual([200, 'no-cache', 'staff page'])
    expect(await get('/assets/app-Dk3_x9Qa.js')).toEqual([200, 'public, max-age=31536000, immutable', 'script'])
    expect(await get('/model-shards/m/shard-0.bin')).toEqual([200, 'no-cache', 'weights'])
    for (const url of ['/.secret', '/../server.lock', '/%2e%2e/server.lock', '/assets/']) expect((await get(url))[0]).toBe(404)
  })

  it('puts the security headers on every kind of answer', async () => {
    const urls = ['/api/clinic', '/api/queue', '/nowhere', '/%ff', '/healthz', '/metrics', '/']
    for (const url of urls) {
      const { headers } = await server.app.inject({ url })
      for (const [name, value] of Object.entries(securityHeaders)) expect(headers[name], `${name} on ${url}`).toBe(value)
    }
    expect(securityHeaders['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
  })

  it('lets nobody in without a session, and nobody change state from another origin', async () => {
    const guarded = [
      '/api/queue',
      '/api/ledger',
      '/api/calls',
      '/api/devices',
      '/api/staff/session',
      '/api/staff/directory',
      '/api/events',
    ]
    for (const url of guarded) expect((await server.app.inject({ url })).statusCode, url).toBe(401)
    const url = '/api/devices/codes'
    const from = (headers: Record<string, string>) =>
      server.app.inject({ method: 'POST', url, headers: { cookie: nurse.cookie, host: 'clinic.test', ...headers } })
    expect((await from({ origin: 'http://evil.test' })).json().code).toBe('cross-origin')
    expect((await from({ 'sec-fetch-site': 'cross-site' })).json().code).toBe('cross-origin')
    expect((await from({ origin: 'http://clinic.test', 'sec-fetch-site': 'same-origin' })).statusCode).toBe(200)
  })

  it('refuses a used, expired or guessed enrolment code, and stops guessing', async () => {
    const device = await newKiosk(clock.now)
    const send = async (code: string, remoteAddress: string) =>
      server.app.inject({ method: 'POST', url: '/api/devices/enrol', payload: await device.enrolRequest(code), remoteAddress })
    const { code } = (await nurse.post('/api/devices/codes')).json()
    const stolen = { ...(await device.enrolRequest('other-code')), code }
    const forged = await server.app.inject({
      method: 'POST',
      url: '/api/devices/enrol',
      payload: stolen,
      remoteAddress: '10.1.0.1',
    })
    expect(forged.json().code).toBe('enrol-refused')
    expect((await send(code.toLowerCase(), '10.1.0.1')).statusCode).toBe(200)
    expect((await send(code, '10.1.0.1')).json().code).toBe('enrol-refused')
    const old = (await nurse.post('/api/devices/codes')).json().code
    clock.advance(15 * 60_000 + 1)
    expect((await send(old, '10.1.0.1')).json().code).toBe('enrol-refused')
    const guesses = await Promise.all(Array.from({ length: 12 }, () => send('AAAA-BBBB-CCCC', '10.1.0.2')))
    expect(guesses.filter((answer) => answer.statusCode === 429)).toHaveLength(2)
    expect(guesses.at(-1)?.json()).toMatchObject({ status: 429, code: 'too-many-requests' })
    expect(guesses.at(-1)?.headers['retry-after']).toBeDefined()
  })

  it('makes a name wait after eight wrong passphrases, and unknown names look like known ones', async () => {
    const kdf = async (name: string) => (await server.app.inject({ url: `/api/staff/kdf?username=${name}` })).json()
    expect(await kdf('nobody')).toEqual(await kdf('nobody'))
    expect(await kdf('nobody')).not.toEqual(await kdf('nobody2'))
    const attempt = (username: string) =>
      server.app.inject({ method: 'POST', url: '/api/staff/login', payload: { username, authKey: 'A'.repeat(43) } })
    const codes = []
    for (let i = 0; i < 9; i += 1) codes.push((await attempt('doctor.demo')).statusCode)
    expect(codes).toEqual([401, 401, 401, 401, 401, 401, 401, 401, 429])
    const unknown = []
    for (let i = 0; i < 9; i += 1) unknown.push((await attempt('nobody')).statusCode)
    expect(unknown).toEqual(codes)
    await nurse.get('/api/staff/session')
    clock.advance(15 * 60_000 + 1)
    expect((await attempt('doctor.demo')).statusCode).toBe(401)
  })

  it('sends hints, not data, to signed-in staff', async () => {
    const url = await server.app.listen({ port: 0, host: '127.0.0.1' })
    const stream = await fetch(`${url}/api/events`, { headers: { cookie: nurse.cookie } })
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    const reader = stream.body?.getReader()
    let text = ''
    const until = async (wanted: string) => {
      while (!text.includes(wanted)) text += Buffer.from((await reader?.read())?.value ?? '').toString()
    }
    await until('hello')
    const sealed = await server.kiosk.seal(server.clinic, '{}')
    await server.put(sealed)
    await until('"kind":"packet"')
    expect(text).toContain(sealed.routing.packetId)
    await reader?.cancel()
  })

  it('ends a session after 30 idle minutes, after 12 hours whatever happens, and on logout', async () => {
    expect((await nurse.post('/api/staff/logout')).statusCode).toBe(204)
    expect((await nurse.get('/api/queue')).json().code).toBe('no-session')
    const phrase = server.opened.credentials.find((person) => person.role === 'doctor')?.passphrase ?? ''
    const idle = await signIn(server.app, 'doctor.demo', phrase)
    const busy = await signIn(server.app, 'doctor.demo', phrase)
    const status = async (person: StaffMember) => (await person.get('/api/staff/session')).statusCode
    for (let minutes = 0; minutes < 12 * 60; minutes += 29) {
      expect(await status(busy), `busy for ${minutes} minutes`).toBe(200)
      if (minutes === 29) expect(await status(idle)).toBe(200)
      if (minutes === 87) expect(await status(idle)).toBe(401)
      clock.advance(29 * 60_000)
    }
    expect(await status(busy)).toBe(401)
  })

  it('keeps planted words and ids out of files, logs and metrics', async () => {
    const metrics = (await server.app.inject({ url: '/metrics' })).body
    expect(metrics).toContain('anteroom_packets{state="pending"} 2')
    for (const text of [metrics, JSON.stringify(server.logs)]) {
      expect(text).not.toContain(PLANTED)
      expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/)
    }
    const directory = server.settings.DATA_DIR
    const needles = [PLANTED, ...server.opened.credentials.map((person) => person.passphrase)]
    let files = 0
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const bytes = await readFile(join(entry.parentPath, entry.name)).catch((e: NodeJS.ErrnoException) => {
        // The ledger's head is written beside and renamed, and the embedded database drops files of its own at any time.
        if (e.code === 'ENOENT') return null
        throw e
      })
      if (!bytes) continue
      files += 1
      for (const needle of needles) {
        const forms = [needle, Buffer.from(needle).toString('base64url').slice(2, -4), Buffer.from(needle).toString('hex')]
        for (const form of forms) expect(bytes.includes(form), `${entry.name} holds a secret`).toBe(false)
      }
    }
    expect(files).toBeGreaterThan(server.settings.DATABASE_URL === undefined ? 100 : 0)
  })
})
