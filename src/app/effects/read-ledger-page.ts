import { ok, type Result } from '#contracts/result.ts'
import type { LedgerPage } from '#contracts/wire/ledger.ts'
import type { ServerError, StaffServer } from '../ports/clinic-server.ts'
import { type ChainState, checkPage, type HashOf } from '../staff/ledger-chain.ts'

const PAGE = 50

/**
 * One page of the ledger, newest first, with the chain recomputed over it. A first page is read again when the ledger grew
 * between its entries and its head: that is no damage.
 */
export const readLedgerPage = async (
  { server, hashOf }: { server: Pick<StaffServer, 'ledger'>; hashOf: HashOf },
  after: number | null,
  chain: ChainState,
): Promise<Result<{ page: LedgerPage; chain: ChainState }, ServerError>> => {
  const read = () => server.ledger({ limit: PAGE, order: 'desc', ...(after === null ? {} : { after }) })
  let answer = await read()
  for (let tries = 0; after === null && tries < 3; tries += 1) {
    if (!answer.ok || answer.value.entries[0]?.hash === answer.value.headHash) break
    answer = await read()
  }
  if (!answer.ok) return answer
  return ok({ page: answer.value, chain: await checkPage(answer.value, chain, hashOf) })
}
