import { z } from 'zod'

/** A model of the catalog and what the model server calls it. */
export type ServedModel = { id: string; name: string; contextTokens: number }

const ENTRY = /^([A-Za-z0-9][A-Za-z0-9._-]{0,99})(?:=([^\s,=]{1,200}))?@([0-9]{3,7})$/

/** `INFERENCE_MODELS`: `id[=name of the server]@context`, separated by commas. */
export const servedModels = z.string().transform((text, context): ServedModel[] =>
  text.split(',').flatMap((entry) => {
    const [, id, name, contextTokens] = ENTRY.exec(entry.trim()) ?? []
    if (id !== undefined) return [{ id, name: name ?? id, contextTokens: Number(contextTokens) }]
    context.addIssue({ code: 'custom', message: 'not a model' })
    return []
  }),
)

/** `INFERENCE_URLS`: bases such as `http://10.0.0.7:8000/v1`, separated by commas. Keys do not belong into addresses. */
export const replicaUrls = z.string().transform((text, context): string[] =>
  text.split(',').flatMap((entry) => {
    const url = URL.canParse(entry.trim()) ? new URL(entry.trim()) : null
    const isPlain =
      url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}${url.hash}` === ''
    if (isPlain) return [url.href.replace(/\/+$/, '')]
    context.addIssue({ code: 'custom', message: 'not a plain http address' })
    return []
  }),
)
