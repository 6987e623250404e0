// Makes a bare machine ready: packages, and with --tests a Chromium. Plain Node, because nothing is installed yet.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const run = (command, args) => {
  console.log(`> ${command} ${args.join(' ')}`)
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  return done.status === 0
}

const fail = (message) => {
  console.error(message)
  process.exit(1)
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) fail(`Anteroom needs Node 20.19 or newer; this is ${process.versions.node}.`)

/** True when the installed tree is the one of the lockfile. */
const packagesAreCurrent = () => {
  const installed = `${root}node_modules/.package-lock.json`
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs
}

/** A Chromium to test with: CHROMIUM_PATH, a system one, or the one Playwright downloaded. */
export const findChromium = () => {
  const known = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  const system = known.find((path) => path && existsSync(path))
  if (system) return system
  try {
    const path = createRequire(import.meta.url)('@playwright/test').chromium.executablePath()
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}

const installChromium = () => {
  const isRoot = process.getuid?.() === 0
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    if (
      run('apt-get', ['update', '-qq']) &&
      run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'])
    )
      return
  }
  run('npx', ['playwright', 'install', 'chromium'])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // `npm ci` refuses a lockfile that lacks binaries of platforms its registry does not carry; versions and hashes hold either way.
  if (!packagesAreCurrent() && !run('npm', ['install', '--no-save', '--no-audit', '--no-fund'])) {
    fail('Installing the packages failed. Check the network or the registry settings of npm, then run the command again.')
  }
  if (process.argv.includes('--tests') && !findChromium()) {
    installChromium()
    if (!findChromium())
      fail('The browser tests need Chromium. Install it, or set CHROMIUM_PATH to its executable, then run the command again.')
  }
}
