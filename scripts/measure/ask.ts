import { bootstrap } from '#evaluation/metrics/intervals.ts'
import { makeDialogue } from '../dataset/dialogue.ts'
import { answer, type Bench } from './bench.ts'
import { rougeL, Shares } from './score.ts'

const MOST_TOKENS = 200

/** The first question of fresh interviews against the one that the rules would ask next, in the language asked for. */
export const measureQuestions = async (bench: Bench): Promise<Record<string, unknown>> => {
  const { workshop, random } = bench
  const shares = new Shares()
  const rouge: number[] = []
  for (let done = 0; done < bench.rows; ) {
    const language = random.chance(0.5) ? 'en' : 'es'
    const row = makeDialogue(workshop, random.pick(workshop.bundle.protocols), 'fresh', language, random)
    if (!row) continue
    done++
    process.stderr.write(`\r${done}/${bench.rows}`)
    const [system, user, question] = row.messages
    if (!system || !user || !question) continue
    const written = await answer(bench, [system, user], null, MOST_TOKENS)
    const text = written?.text.trim() ?? ''
    shares.add('written', written !== null)
    shares.add(`exact_${language}`, text === question.content)
    rouge.push(rougeL(text, question.content))
    bench.keep({ task: 'ask', prompt: user.content, text, wanted: question.content })
  }
  return { ...shares.report(), rouge_l: bootstrap(rouge, (xs) => xs.reduce((a, b) => a + b, 0) / xs.length) }
}
