import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { root } from '../architecture/rooms.ts'

/**
 * A Python that has llama.cpp's server: the pipeline's own, or `ANTEROOM_PYTHON`; null when there is none. With
 * `ANTEROOM_MODEL_SERVER=required` (the training tests) there being none is a failure.
 */
export const findServerPython = (): string | null => {
  const python = process.env.ANTEROOM_PYTHON ?? `${root}training/.venv/bin/python`
  const hasServer = existsSync(python) && spawnSync(python, ['-c', 'import xllamacpp'], { timeout: 60_000 }).status === 0
  if (!hasServer && process.env.ANTEROOM_MODEL_SERVER === 'required') throw new Error('this Python has no model server')
  return hasServer ? python : null
}

export type ModelServer = { url: string; stop(): Promise<void> }

/** llama.cpp's HTTP server over a GGUF file, on a port of its own. */
export async function startModelServer(python: string, gguf: string, ...options: string[]): Promise<ModelServer> {
  const server: ChildProcess = spawn(python, [`${root}training/scripts/serve_gguf.py`, gguf, ...options], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    if (server.stdout) createInterface(server.stdout).on('line', (line) => line.startsWith('ready ') && resolve(line.slice(6)))
    void ended.then(() => reject(new Error('the model server did not start')))
  })
  return {
    url: `${url}/v1`,
    async stop() {
      server.stdin?.end()
      const timer = setTimeout(() => server.kill('SIGKILL'), 5000)
      await ended
      clearTimeout(timer)
    },
  }
}
