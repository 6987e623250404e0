import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const REPOSITORY = resolve(import.meta.dirname, '../..')

export type Account = { username: string; passphrase: string }

/** A clinic server as `npm start` runs it: the real process, on its own data and port. */
export type Clinic = {
  readonly url: string
  readonly dataDir: string
  /** One account a role, as printed at the first start. */
  readonly accounts: Readonly<Record<'nurse' | 'doctor' | 'admin', Account>>
  /** The enrolment code printed at the first start; good once. */
  readonly firstCode: string
  /** Everything the process printed, over all its starts. */
  output(): string
  /** Ends the process: cleanly, or as a crash would. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Starts again on the same data and address. */
  start(): Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => done(port))
    })
  })

/** Starts a new clinic that serves `staticDir`; resolves when it says that it is ready. */
export const startClinic = async (staticDir: string): Promise<Clinic> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'anteroom-clinic-'))
  const port = await freePort()
  let printed = ''
  let child: ChildProcess | null = null

  const start = (): Promise<void> =>
    new Promise((ready, failed) => {
      const from = printed.length
      const process_ = spawn(process.execPath, ['--import', 'tsx', 'server/server.ts'], {
        cwd: REPOSITORY,
        env: { PATH: process.env.PATH, PORT: String(port), DATA_DIR: dataDir, STATIC_DIR: staticDir },
      })
      child = process_
      // A run that is cut short leaves no server behind.
      process.once('exit', () => process_.kill('SIGKILL'))
      const read = (chunk: Buffer): void => {
        printed += chunk.toString()
        if (/^ready http/m.test(printed.slice(from))) ready()
      }
      process_.stdout.on('data', read)
      process_.stderr.on('data', read)
      process_.once('exit', (code) => failed(new Error(`the clinic server ended with ${code}:\n${printed.slice(from)}`)))
    })

  const stop: Clinic['stop'] = (signal = 'SIGTERM') =>
    new Promise((stopped) => {
      const running = child
      child = null
      if (!running || running.exitCode !== null || running.signalCode !== null) return stopped()
      running.once('exit', () => stopped())
      running.kill(signal)
    })

  await start()
  const account = (role: string): Account => {
    const [, username, passphrase] = new RegExp(`^ *${role} +(\\S+) +(.+)$`, 'm').exec(printed) ?? []
    if (!username || !passphrase) throw new Error(`no ${role} account was printed`)
    return { username, passphrase: passphrase.trim() }
  }
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    accounts: { nurse: account('nurse'), doctor: account('doctor'), admin: account('admin') },
    firstCode: /enrolment code[^:]*: (\S+)/.exec(printed)?.[1] ?? '',
    output: () => printed,
    stop,
    start,
  }
}
