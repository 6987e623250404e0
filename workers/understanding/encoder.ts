import { AutoModel, AutoTokenizer } from '@huggingface/transformers'
import { z } from 'zod'
import { FindingCode } from '#contracts/clinical/finding.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import type { NarrativeReading, ToldFinding } from '#contracts/workers/understanding.ts'
import { type Place, placesOf } from '#domain/understanding/encoder/align.ts'
import { profileText } from '#domain/understanding/encoder/profile-text.ts'
import { spanOf } from '#domain/understanding/encoder/span.ts'
import { UNSEEN_BELOW } from '#domain/understanding/encoder/thresholds.ts'
import { variantsOf, windowsOf } from '#domain/understanding/encoder/windows.ts'
import { type Folded, fold } from '#domain/understanding/text/fold.ts'
import { serveFiles } from '../inference/engines/served-files.ts'
import type { VerifiedFiles } from '../inference/model/verified-files.ts'

/** `labels.json` of the release: what the heads say, in order. `support`: narratives that taught each code. */
const Labels = z.strictObject({
  codes: z.array(FindingCode),
  complaints: z.array(z.string()),
  levels: z.array(TriageLevel),
  support: z.record(z.string(), z.number()),
})
type Labels = z.infer<typeof Labels>

/** Reads a narrative; one call at a time. */
export interface NarrativeEncoder {
  readonly id: string
  read(words: string, profile: Profile, answers?: string): Promise<NarrativeReading>
}

/** Codes taught by fewer narratives are never called unseen: the encoder may simply not know them. */
const KNOWN_FROM = 6
const COMPLAINTS = 8
/** After so long the story itself has been read and its variants are left: a patient waits. Milliseconds. */
const ENOUGH_MS = 5000

type Tensor = { data: Float32Array; dims: number[] }
type Outputs = { findings: Tensor; level: Tensor; complaints: Tensor }
/** One pass over one window: where its tokens lie, one row of findings a token, and the logits of level and complaints. */
type Pass = {
  start: number
  blind: boolean
  places: Place[]
  findings: Float32Array
  level: readonly number[]
  complaints: readonly number[]
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const softmax = (logits: readonly number[]): number[] => {
  const top = Math.max(...logits)
  const parts = logits.map((x) => Math.exp(x - top))
  const sum = parts.reduce((a, b) => a + b, 0)
  return parts.map((x) => x / sum)
}

/** What the passes say of the findings: the surest place of each code. */
const findingsIn = (passes: readonly Pass[], labels: Labels, folded: Folded): { told: ToldFinding[]; unseen: string[] } => {
  const codes = labels.codes.length
  const told: ToldFinding[] = []
  const unseen: string[] = []
  // What could not be read cannot be called unseen.
  const blind = passes.some((p) => p.blind)
  labels.codes.forEach((code, c) => {
    let best: { logit: number; pass: Pass | undefined; token: number } = {
      logit: Number.NEGATIVE_INFINITY,
      pass: undefined,
      token: 0,
    }
    for (const pass of passes)
      pass.places.forEach((place, t) => {
        const logit = pass.findings[t * codes + c] ?? 0
        if (place && logit > best.logit) best = { logit, pass, token: t }
      })
    const probability = sigmoid(best.logit)
    if (probability < UNSEEN_BELOW) {
      if (!blind && (labels.support[code] ?? 0) >= KNOWN_FROM) unseen.push(code)
      return
    }
    const { start: from = 0, places = [], findings } = best.pass ?? {}
    const at = (t: number): number => (t < 0 || t >= places.length ? Number.NEGATIVE_INFINITY : (findings?.[t * codes + c] ?? 0))
    const span = spanOf(at, best.token, places, folded.text.slice(from))
    if (!span) return
    const start = folded.start[from + span.start] ?? 0
    const end = folded.end[from + span.end - 1] ?? start
    told.push({ code, probability, start, end })
  })
  return { told, unseen }
}

/** The most urgent view of any pass: share of readers at each level, from shares at each level or above. */
const levelIn = (passes: readonly Pass[], labels: Labels): NonNullable<NarrativeReading['level']> => {
  const order = ['emergency', 'high', 'medium', 'low'] as const
  const atLeast = [0, 0, 0, 0]
  for (const pass of passes) {
    const shares = softmax(pass.level)
    let sum = 0
    order.forEach((name, i) => {
      sum += shares[labels.levels.indexOf(name)] ?? 0
      atLeast[i] = Math.max(atLeast[i] ?? 0, sum)
    })
  }
  const [emergency = 0, high = 0, medium = 0, low = 0] = atLeast
  return { emergency, high: high - emergency, medium: medium - high, low: low - medium }
}

const complaintsIn = (passes: readonly Pass[], labels: Labels): NarrativeReading['complaints'] =>
  softmax(labels.complaints.map((_, i) => passes.reduce((sum, p) => sum + (p.complaints[i] ?? 0), 0) / passes.length))
    .map((probability, i) => ({ icpc2: labels.complaints[i] ?? '', probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, COMPLAINTS)

const textOf = (files: VerifiedFiles, path: string): unknown => JSON.parse(new TextDecoder().decode(files.get(path)))

/** The bundled encoder from verified files. `device` is transformers.js' name of the execution provider. */
export const loadEncoder = async (
  manifest: ModelManifest,
  files: VerifiedFiles,
  device: 'wasm' | 'cpu',
  threads?: number,
): Promise<NarrativeEncoder> => {
  const labels = Labels.parse(textOf(files, 'labels.json'))
  const { model: wordPiece } = textOf(files, 'tokenizer.json') as { model: { vocab: Record<string, number> } }
  const pieces = Object.entries(wordPiece.vocab).reduce<string[]>((all, [piece, id]) => {
    all[id] = piece
    return all
  }, [])
  const release = serveFiles(manifest.id, files)
  try {
    const tokenizer = await AutoTokenizer.from_pretrained(manifest.id, { local_files_only: true })
    const session_options = threads === undefined ? {} : { intraOpNumThreads: threads, interOpNumThreads: 1 }
    const model = await AutoModel.from_pretrained(manifest.id, { device, dtype: 'q8', local_files_only: true, session_options })
    // One window a pass: int8 activations are scaled over a whole batch, so that neighbours would change the numbers.
    const pass = async (about: string, start: number, text: string): Promise<Pass[]> => {
      const inputs = await tokenizer(about, { text_pair: text })
      const [ids = []]: bigint[][] = inputs.input_ids.tolist()
      // Nothing may be cut off unread. A text of one character cannot be the reason for the length.
      if (ids.length > manifest.contextTokens && text.length > 1) {
        const half = text.length >> 1
        const cut = text.lastIndexOf(' ', half) > 0 ? text.lastIndexOf(' ', half) : half
        return [...(await pass(about, start, text.slice(0, cut))), ...(await pass(about, start + cut, text.slice(cut)))]
      }
      const { findings, level, complaints } = (await model(inputs)) as Outputs
      const [kinds = []]: bigint[][] = inputs.token_type_ids?.tolist() ?? []
      const own = ids.map((id, t) => (kinds[t] === 1n ? (pieces[Number(id)] ?? '') : '')).map((p) => (p === '[SEP]' ? '' : p))
      const places = placesOf(own, text)
      const blind = own.some((piece, t) => piece !== '' && places[t] === null)
      return [{ start, blind, places, findings: findings.data, level: [...level.data], complaints: [...complaints.data] }]
    }
    const read = async (words: string, profile: Profile, answers = ''): Promise<NarrativeReading> => {
      const folded = fold(words)
      const about = profileText(profile, answers)
      const began = performance.now()
      const known = new Map<string, Pass[]>()
      const passes: Pass[][] = []
      for (const text of variantsOf(folded.text)) {
        if (passes.length > 0 && performance.now() - began > ENOUGH_MS) break
        const mine: Pass[] = []
        for (const { start, end } of windowsOf(text)) {
          const piece = text.slice(start, end)
          const key = `${start} ${piece}`
          const read = known.get(key) ?? (await pass(about, start, piece))
          known.set(key, read)
          mine.push(...read)
        }
        passes.push(mine)
      }
      return {
        encoder: `${manifest.id}@${manifest.hash.slice(0, 12)}`,
        ...findingsIn(passes.flat(), labels, folded),
        level: levelIn(passes.flat(), labels),
        complaints: complaintsIn(passes[0] ?? [], labels),
      }
    }
    await read('probe', { reporter: 'patient', sex: 'unknown' })
    return { id: manifest.id, read }
  } finally {
    release()
  }
}
