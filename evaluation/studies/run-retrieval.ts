import { join } from 'node:path'
import type { AssessContent } from '#domain/assessment/assess.ts'
import type { Options } from '../args.ts'
import { openRetrieval } from '../models/open-retrieval.ts'
import type { ReadNarrative } from '../play-case.ts'
import { withInterval } from '../report/rows.ts'
import { columns } from '../report/table.ts'
import { loadQueries } from '../retrieval/load-queries.ts'
import { type RetrievalRow, retrieval } from './retrieval.ts'

const QUERIES = join(import.meta.dirname, '..', 'retrieval', 'queries.jsonl')

const line = ({ asked, system, language, summary: s }: RetrievalRow): string[] => [
  asked,
  system,
  language,
  `${s.n}`,
  ...s.recall.map((e) => withInterval(e)),
  withInterval(s.coverage5),
  withInterval(s.mrr, 'number'),
]

/** Prints how well the index answers labelled lay queries and resolves to the exit code. */
export const runRetrieval = async (
  { split, limit }: Pick<Options, 'split' | 'limit'>,
  at: { index: string; shards: string },
  content: AssessContent,
  read: ReadNarrative | undefined,
): Promise<number> => {
  const fail = (message: string): number => {
    console.error(message)
    return 1
  }
  const loaded = loadQueries(QUERIES, content.passages)
  if (!loaded.ok) return fail(loaded.error.message)
  const queries = loaded.value.filter((q) => split === 'all' || q.split === split).slice(0, limit)
  if (queries.length === 0) return fail('no query is left to run')
  const index = await openRetrieval(at.shards, at.index)
  if (!index.ok) return fail(index.error.message)
  let done = 0
  const tick = (): void => {
    done++
    if (done % 100 === 0 || done === queries.length) process.stderr.write(`${done}/${queries.length} queries\n`)
  }
  const { rows, unnamed, missed } = await retrieval(queries, index.value, content, read, tick)
  console.log(`${queries.length} queries, split ${split}, ${index.value.size} passages`)
  const head = ['asked', 'search', 'language', 'n', 'recall@1', 'recall@3', 'recall@5', 'recall@10', 'covered in 5', 'MRR']
  console.log(columns([head, ...rows.map(line)]))
  console.log(`no relevant passage under a protocol the app names: ${unnamed.length}`)
  console.log(`missed in the first five as the app asks: ${missed.join(', ') || 'none'}`)
  const figures = rows.map(({ summary: { n, recall, mrr }, ...r }) => ({
    ...r,
    n,
    recall: recall.map((e) => e.value),
    mrr: mrr.value,
  }))
  console.log(JSON.stringify({ split, n: queries.length, unnamed: unnamed.length, rows: figures }))
  return 0
}
