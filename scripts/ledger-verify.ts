import { parseArgs } from 'node:util'
import { type LedgerVerdict, verifyLedgerDatabase, verifyLedgerDirectory } from '#server/verify-ledger.ts'

const usage = `Checks the clinic's ledger and names the first bad entry.

  npm run ledger:verify -- [--data DIR]     (DIR: DATA_DIR, else ./data; with DATABASE_URL set, the database's ledger)

Exit codes: 0 the ledger is whole, 1 it is damaged, 2 it could not be read.`

/** Reads and checks; prints one line. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { data: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const { DATABASE_URL, DATA_DIR } = process.env
  const verdict: LedgerVerdict =
    DATABASE_URL && values.data === undefined
      ? await verifyLedgerDatabase(DATABASE_URL)
      : await verifyLedgerDirectory(values.data ?? DATA_DIR ?? './data')
  if (!verdict.ok) {
    console.log(`ledger damaged at entry ${verdict.seq}: ${verdict.reason}`)
    return 1
  }
  const torn = verdict.tornBytes > 0 ? `; ${verdict.tornBytes} bytes of an unfinished last line` : ''
  console.log(`ledger whole: ${verdict.entries} entries, head ${verdict.headHash}${torn}`)
  return 0
}

process.exitCode = await main().catch((error: Error) => {
  console.error(`ledger not readable: ${error.message}`)
  return 2
})
