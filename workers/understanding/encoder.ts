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
import { windowsOf } from '#domain/understanding/encoder/windows.ts'
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
  read(words: string, profile: Profile): Promise<NarrativeReading>
}

/** Codes taught by fewer narratives are never called unseen: the encoder may simply not know them. */
const KNOWN_FROM = 12
const COMPLAINTS = 8

type Tensor = { data: Float32Array; dims: number[] }
type Outputs = { findings: Tensor; level: Tensor; complaints: Tensor }

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const softmax = (logits: readonly number[]): number[] => {
  const top = Math.max(...logits)
  const parts = logits.map((x) => Math.exp(x - top))
  const sum = parts.reduce((a, b) => a + b, 0)
  return parts.map((x) => x / sum)
}
const row = ({ data, dims }: Tensor, n: number): number[] => [...data.slice(n * (dims[1] ?? 0), (n + 1) * (dims[1] ?? 0))]

/** What every window says of the findings: the surest place of each code. */
const findingsIn = (
  { data, dims }: Tensor,
  labels: Labels,
  windows: readonly { start: number; places: readonly Place[] }[],
  folded: Folded,
): { told: ToldFinding[]; unseen: string[] } => {
  const [, tokens = 0, codes = 0] = dims
  const told: ToldFinding[] = []
  const unseen: string[] = []
  labels.codes.forEach((code, c) => {
    let best = { logit: Number.NEGATIVE_INFINITY, window: 0, token: 0 }
    windows.forEach(({ places }, w) => {
      places.forEach((place, t) => {
        const logit = data[(w * tokens + t) * codes + c] ?? 0
        if (place && logit > best.logit) best = { logit, window: w, token: t }
      })
    })
    const probability = sigmoid(best.logit)
    if (probability < UNSEEN_BELOW) {
      if ((labels.support[code] ?? 0) >= KNOWN_FROM) unseen.push(code)
      return
    }
    const { start: from, places } = windows[best.window] ?? { start: 0, places: [] }
    const at = (t: number): number =>
      t < 0 || t >= places.length ? Number.NEGATIVE_INFINITY : (data[(best.window * tokens + t) * codes + c] ?? 0)
    const span = spanOf(at, best.token, places, folded.text.slice(from))
    if (!span) return
    const start = folded.start[from + span.start] ?? 0
    const end = folded.end[from + span.end - 1] ?? start
    told.push({ code, probability, start, end })
  })
  return { told, unseen }
}

/** The most urgent view of any window: share of readers at each level, from shares at each level or above. */
const levelIn = (level: Tensor, labels: Labels, windows: number): NarrativeReading['level'] => {
  const order = ['emergency', 'high', 'medium', 'low'] as const
  const atLeast = [0, 0, 0, 0]
  for (let w = 0; w < windows; w++) {
    const shares = softmax(row(level, w))
    let sum = 0
    order.forEach((name, i) => {
      sum += shares[labels.levels.indexOf(name)] ?? 0
      atLeast[i] = Math.max(atLeast[i] ?? 0, sum)
    })
  }
  const shares = order.map((name, i) => [name, (atLeast[i] ?? 0) - (i > 0 ? (atLeast[i - 1] ?? 0) : 0)] as const)
  return Object.fromEntries(shares) as NarrativeReading['level']
}

const complaintsIn = (complaints: Tensor, labels: Labels, windows: number): NarrativeReading['complaints'] => {
  const rows = Array.from({ length: windows }, (_, w) => row(complaints, w))
  const means = labels.complaints.map((_, i) => rows.reduce((sum, r) => sum + (r[i] ?? 0), 0) / windows)
  return softmax(means)
    .map((probability, i) => ({ icpc2: labels.complaints[i] ?? '', probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, COMPLAINTS)
}

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
    const read = async (words: string, profile: Profile): Promise<NarrativeReading> => {
      const folded = fold(words)
      const windows = windowsOf(folded.text)
      const texts = windows.map(({ start, end }) => folded.text.slice(start, end))
      const inputs = await tokenizer(
        texts.map(() => profileText(profile)),
        { text_pair: texts, padding: true, truncation: true, max_length: manifest.contextTokens },
      )
      const outputs = (await model(inputs)) as Outputs
      const ids: bigint[][] = inputs.input_ids.tolist()
      const kinds: bigint[][] = inputs.token_type_ids?.tolist() ?? []
      const placed = windows.map(({ start }, w) => {
        const own = (ids[w] ?? []).map((id, t) => (kinds[w]?.[t] === 1n ? (pieces[Number(id)] ?? '') : ''))
        const ours = own.map((p) => (p === '[SEP]' ? '' : p))
        return { start, places: placesOf(ours, texts[w] ?? '') }
      })
      return {
        encoder: `${manifest.id}@${manifest.hash.slice(0, 12)}`,
        ...findingsIn(outputs.findings, labels, placed, folded),
        level: levelIn(outputs.level, labels, windows.length),
        complaints: complaintsIn(outputs.complaints, labels, windows.length),
      }
    }
    await read('probe', { reporter: 'patient', sex: 'unknown' })
    return { id: manifest.id, read }
  } finally {
    release()
  }
}
