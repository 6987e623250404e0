// npm run test:training: the Python pipeline's own tests on tiny data. Needs Python >= 3.11; makes training/.venv when
// it is missing or its requirements changed. Ends with `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const training = fileURLToPath(new URL('../training/', import.meta.url))
const venv = join(training, '.venv')
const python = process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python')
const requirements = join(training, 'requirements.txt')
const stamp = join(venv, 'requirements.sha256')
const report = join(training, 'out', 'pytest.xml')

const say = (passed, failed) => {
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}

const run = (file, args, options = {}) => spawnSync(file, args, { cwd: training, stdio: 'inherit', ...options }).status === 0

/** The first Python on the path that is new enough, or undefined. */
const findPython = () =>
  ['python3.13', 'python3.12', 'python3.11', 'python3', 'python'].find((name) =>
    run(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'], { stdio: 'ignore' }),
  )

const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex')
const importable = () => existsSync(python) && run(python, ['-c', 'import torch, peft, onnxruntime, pytest'], { stdio: 'ignore' })

if (!(existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && importable())) {
  const found = findPython()
  if (!found) {
    console.error('error: Python 3.11 or newer was not found; the training tests need it')
    say(0, 1)
  }
  console.log(`Installing training/requirements.txt into training/.venv (${found})`)
  const made = existsSync(python) || run(found, ['-m', 'venv', venv])
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]
  if (!made || !run(python, pip)) {
    console.error('error: could not install training/requirements.txt')
    say(0, 1)
  }
  writeFileSync(stamp, wanted)
}

rmSync(report, { force: true })
const good = run(python, ['-m', 'pytest', `--junitxml=${report}`], { env: { ...process.env, HF_HUB_OFFLINE: '1' } })
const suite = existsSync(report) ? readFileSync(report, 'utf8').match(/<testsuite [^>]*>/)?.[0] : undefined
const count = (name) => Number(suite?.match(new RegExp(` ${name}="(\\d+)"`))?.[1] ?? 0)
const failed = count('failures') + count('errors')
const passed = count('tests') - failed - count('skipped')
say(passed, !good && failed === 0 ? 1 : failed)
