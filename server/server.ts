import { buildApp } from './app.ts'
import { openStore } from './open-store.ts'
import { logToStdout } from './plugins/request-log.ts'
import { createEnrolCode } from './repositories/devices.ts'
import { readSettings } from './settings.ts'

/** Starts the clinic server: `node --import tsx server/server.ts`. Stops cleanly on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  const settings = readSettings(process.env)
  const opened = await openStore(settings)
  const app = await buildApp(settings, opened, logToStdout)
  const { cutBytes, rebuiltEntries } = opened.mended
  if (cutBytes > 0 || rebuiltEntries > 0) logToStdout({ level: 'warn', event: 'mended', cutBytes, rebuiltEntries })

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await app.close()
    await opened.close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  const url = await app.listen({ port: settings.PORT, host: settings.HOST }).catch(async (error: Error) => {
    await opened.close()
    throw error
  })
  const say = (line: string) => process.stdout.write(`${line}\n`)
  if (opened.credentials.length > 0) {
    say('First start. These passphrases are shown once and kept nowhere; write them down:')
    for (const { username, role, passphrase } of opened.credentials)
      say(`  ${role.padEnd(6)} ${username.padEnd(12)} ${passphrase}`)
    const { code } = await createEnrolCode(opened.store, 'server')
    say(`  kiosk enrolment code (15 minutes): ${code}`)
    say(`  set up this device as a kiosk: ${url}/#enrol=${code}`)
  }
  say(`kiosk ${url}/`)
  say(`staff ${url}/staff`)
  say(`ready ${url}`)
}

main().catch((error: Error) => {
  process.stderr.write(`anteroom server did not start: ${error.message}\n`)
  process.exit(1)
})
