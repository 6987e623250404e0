// npm run dev: clinic server on 8787 and Vite with reload on 5173 in front of it.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
if (!existsSync(`${root}build/index/manifest.json`))
  spawnSync('npm', ['run', '--silent', 'index'], { cwd: root, stdio: 'inherit' })

const children = [
  spawn(process.execPath, ['--import', 'tsx', 'server/server.ts'], { cwd: root, stdio: 'inherit' }),
  spawn(`${root}node_modules/.bin/vite`, [], { cwd: root, stdio: 'inherit' }),
]
const stop = () => {
  for (const child of children) child.kill('SIGTERM')
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
for (const child of children) {
  child.on('exit', (code) => {
    stop()
    process.exitCode = code ?? 0
  })
}
