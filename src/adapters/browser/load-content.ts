import { ContentBundle } from '#contracts/content/bundle.ts'
import { IndexManifest, PassageFile } from '#contracts/content/index-manifest.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { type AssessContent, prepareContent } from '#domain/assessment/assess.ts'

export type ContentLoadError = { type: 'content-missing' } | { type: 'content-altered' }

const hex = async (bytes: ArrayBuffer): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((b) => b.toString(16).padStart(2, '0')).join('')

/** Protocols, lexicon and passages as `npm run index` wrote them; a file whose hash differs is refused. */
export const loadContent = async (): Promise<Result<AssessContent, ContentLoadError>> => {
  try {
    const manifest = IndexManifest.parse(await (await fetch('/knowledge/manifest.json')).json())
    const read = async (name: 'content.json' | 'passages.json'): Promise<unknown> => {
      const bytes = await (await fetch(`/knowledge/${name}`)).arrayBuffer()
      return (await hex(bytes)) === manifest.files[name] ? JSON.parse(new TextDecoder().decode(bytes)) : null
    }
    const [bundle, passages] = await Promise.all([read('content.json'), read('passages.json')])
    if (bundle === null || passages === null) return err({ type: 'content-altered' })
    return ok(prepareContent(ContentBundle.parse(bundle), PassageFile.parse(passages).passages))
  } catch {
    return err({ type: 'content-missing' })
  }
}
