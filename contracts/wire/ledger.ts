import { z } from 'zod'

/** Append-only, hash-chained: `hash = SHA-256(canonical JSON of the entry without hash)`, `prev` is the hash before. Ids and versions, never patient text. */
export const LedgerEntry = z.strictObject({
  seq: z.number().int().positive(),
  clinicId: z.string(),
  at: z.iso.datetime(),
  kind: z.enum([
    'genesis',
    'packet-received',
    'packet-conflict',
    'packet-refused',
    'packet-opened',
    'packet-claimed',
    'packet-released',
    'packet-reviewed',
    'ai-interaction',
    'staff-login',
    'staff-login-failed',
    'device-enrolled',
    'enrol-refused',
    'enrol-code',
    'device-revoked',
    'staff-call',
    'call-answered',
    'erased',
  ]),
  actor: z.string(),
  packetId: z.uuid().nullable(),
  /** Ids, versions, hashes, scores. Values are short tokens. */
  detail: z.record(z.string(), z.union([z.string().max(200), z.number(), z.boolean(), z.null()])),
  prev: z.string(),
  hash: z.string(),
})
export type LedgerEntry = z.infer<typeof LedgerEntry>
export const LedgerPage = z.strictObject({
  entries: z.array(LedgerEntry),
  next: z.number().int().nullable(),
  headHash: z.string(),
})
export type LedgerPage = z.infer<typeof LedgerPage>

/** `POST /api/ledger/interactions` (device-signed): the record of one AI interaction. */
export const AiInteraction = z.strictObject({
  packetId: z.uuid(),
  deviceId: z.string(),
  modelId: z.string().nullable(),
  modelHash: z.string().nullable(),
  promptId: z.string().nullable(),
  indexId: z.string().nullable(),
  engine: z.string(),
  backend: z.string(),
  outcome: z.enum(['assessment', 'hand-off']),
  reason: z.string().nullable(),
  attempts: z.number().int(),
  issuedAt: z.iso.datetime(),
  signature: z.string(),
})
export type AiInteraction = z.infer<typeof AiInteraction>
