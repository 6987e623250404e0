import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ContentBundle } from '#contracts/content/bundle.ts'
import { IndexManifest, PassageFile } from '#contracts/content/index-manifest.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { type AssessContent, prepareContent } from '#domain/assessment/assess.ts'

export type OpenContent = { content: AssessContent; indexId: string | null }
export type ContentError = { type: 'content-missing'; message: string }

const newest = (path: string): number => {
  const info = statSync(path)
  if (!info.isDirectory()) return info.mtimeMs
  return Math.max(info.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** Missing, or older than any file it is made of. */
export const isStale = (folder: string, sources: readonly string[]): boolean => {
  const built = join(folder, 'content.json')
  if (!existsSync(built)) return true
  const at = statSync(built).mtimeMs
  return sources.some((s) => existsSync(s) && newest(s) > at)
}

/** Runs `npm run index` as its own process; its errors name file and line and go to standard error. */
export const buildIndex = (root: string): boolean =>
  spawnSync('npm', ['run', '--silent', 'index'], { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
    .status === 0

/** Content and passages of a built index. A folder without manifest (no embedder yet) still serves the rules. */
export const openContent = (folder: string): Result<OpenContent, ContentError> => {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  try {
    const bundle = ContentBundle.parse(read('content.json'))
    const { passages } = PassageFile.parse(read('passages.json'))
    const manifest = existsSync(join(folder, 'manifest.json')) ? IndexManifest.parse(read('manifest.json')) : null
    return ok({ content: prepareContent(bundle, passages), indexId: manifest?.id ?? null })
  } catch {
    return err({ type: 'content-missing', message: `${folder}: no valid index; run npm run index` })
  }
}
