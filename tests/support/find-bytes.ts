import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Paths of files below `folder` that hold `text` in UTF-8 or UTF-16LE; a file that cannot be read counts as an error. */
export const filesHolding = (folder: string, text: string): string[] => {
  const forms = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const bytes = readFileSync(path)
      return forms.some((form) => bytes.includes(form))
    })
}
