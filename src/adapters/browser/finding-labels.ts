import { z } from 'zod'
import { LocalizedText } from '#contracts/clinical/language.ts'

/** The part of the content bundle that names things; the rest is not read here. */
const Names = z.object({
  lexicon: z.array(z.object({ code: z.string(), label: LocalizedText })),
  protocols: z.array(z.object({ id: z.string(), title: LocalizedText })),
})

/** Labels of finding codes, and titles of protocols under `protocol:<id>`. Empty when the content cannot be read: codes still read as words. */
export const readLabels = async (): Promise<ReadonlyMap<string, LocalizedText>> => {
  try {
    const { lexicon, protocols } = Names.parse(await (await fetch('/knowledge/content.json')).json())
    return new Map([
      ...lexicon.map((entry) => [entry.code, entry.label] as const),
      ...protocols.map((protocol) => [`protocol:${protocol.id}`, protocol.title] as const),
    ])
  } catch {
    return new Map()
  }
}
