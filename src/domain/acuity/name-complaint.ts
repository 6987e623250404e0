import type { Finding } from '#contracts/clinical/finding.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { type Complaint, complaintsOf } from '../triage/complaints.ts'
import type { Story } from '../understanding/types.ts'

/** What a code that the rules name as well counts more, in natural logarithms; chosen on the tune split. */
const NAMED_BONUS = 0.5

/**
 * The complaints with the first one's ICPC-2 code chosen by the narrative encoder, which has seen how readers code such
 * stories. Without a story they stay as they are. Which questions are asked stays with the protocols.
 */
export const withStoryComplaint = (complaints: readonly Complaint[], story: Story | null): Complaint[] => {
  const [first, ...rest] = complaints
  if (!story || !first) return [...complaints]
  const named = new Set(complaints.map((c) => c.icpc2))
  const scored = story.complaints.map((c) => ({
    icpc2: c.icpc2,
    score: Math.log(Math.max(c.probability, 1e-9)) + (named.has(c.icpc2) ? NAMED_BONUS : 0),
  }))
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a), { icpc2: first.icpc2, score: Number.NEGATIVE_INFINITY })
  return [{ ...first, icpc2: best.icpc2 }, ...rest]
}

/** The reasons for encounter as the packet names them: those of the chosen protocols, the first as the story puts it. */
export const reasonsForEncounter = (
  { protocols, findings }: { protocols: readonly Protocol[]; findings: readonly Finding[] },
  lexicon: ReadonlyMap<string, LexiconEntry>,
  story: Story | null,
): Complaint[] => withStoryComplaint(complaintsOf(protocols, findings, lexicon), story)
