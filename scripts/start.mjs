// npm start: set up, build if the sources changed, start the clinic server with the PWA on one origin.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'dist', '.build-stamp')
const SOURCES = [
  'contracts',
  'src',
  'workers',
  'knowledge-index',
  'model-shards',
  'public',
  'scripts',
  'index.html',
  'staff.html',
  'vite.config.ts',
  'package-lock.json',
]

/** Size and time of every source file: changes whenever a build could come out differently. */
const fingerprint = () => {
  const hash = createHash('sha256')
  const visit = (path) => {
    const full = join(root, path)
    if (!existsSync(full)) return
    const info = statSync(full)
    if (info.isDirectory()) for (const name of readdirSync(full).sort()) visit(join(path, name))
    else hash.update(`${path} ${info.size} ${Math.floor(info.mtimeMs)}\n`)
  }
  for (const path of SOURCES) visit(path)
  return hash.digest('hex')
}

const step = (label, command, args) => {
  const began = Date.now()
  console.log(`${label} …`)
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (done.status !== 0) {
    console.error(`${label} failed; the lines above say why.`)
    process.exit(1)
  }
  console.log(`${label}: ${((Date.now() - began) / 1000).toFixed(1)} s`)
}

step('Checking the set-up', process.execPath, ['scripts/setup.mjs'])
const now = fingerprint()
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== now) {
  step('Building the guideline index', 'npm', ['run', '--silent', 'index'])
  step('Building the app', 'npm', ['run', '--silent', 'build'])
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp, now)
}
if (process.argv.includes('--build-only')) process.exit(0)

const server = spawn(process.execPath, ['--import', 'tsx', 'server/server.ts'], { cwd: root, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal))
server.on('exit', (code) => process.exit(code ?? 1))
