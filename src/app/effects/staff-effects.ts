import type { LocalizedText } from '#contracts/clinical/language.ts'
import type { StaffServer } from '../ports/clinic-server.ts'
import type { StaffVault } from '../ports/staff-vault.ts'
import type { HashOf } from '../staff/ledger-chain.ts'
import type { StaffEffect, StaffEvent } from '../staff/staff-events.ts'
import { readLedgerPage } from './read-ledger-page.ts'
import { openPacketInVault, signIn } from './staff-sign-in.ts'

export type StaffDeps = {
  server: StaffServer
  vault: StaffVault
  hashOf: HashOf
  /** Names of finding codes and of protocols (`protocol:<id>`); empty when the content is not to be had. */
  labels: () => Promise<ReadonlyMap<string, LocalizedText>>
  chime: () => void
  /** Lets the page paint before work that blocks it. */
  painted: () => Promise<void>
}

type Dispatch = (event: StaffEvent) => void
type Failed = Extract<Awaited<ReturnType<StaffServer['clinic']>>, { ok: false }>['error']

/** Packets decrypted at the same time; more only makes the first ones wait. */
const OPEN_AT_ONCE = 4

/**
 * Runs the staff page's commands. Answers that come after a sign-out are dropped: what one person asked for never reaches
 * the next. A session the server no longer knows ends the page's session too.
 */
export const runStaffEffects = (deps: StaffDeps) => {
  const { server, vault } = deps
  let session = 0
  let stopListening = (): void => undefined

  const failed = (error: Failed, dispatch: Dispatch, event: StaffEvent): void =>
    dispatch(error.type === 'status' && error.status === 401 ? { type: 'session-lost' } : event)

  const listen = (dispatch: Dispatch): void => {
    stopListening()
    stopListening = server.listen(
      (hint) => dispatch({ type: 'hinted', hint }),
      (connected) => dispatch({ type: 'connection-changed', connected }),
    )
  }

  const openPackets = async (effect: Extract<StaffEffect, { type: 'open-packets' }>, dispatch: Dispatch): Promise<void> => {
    const waiting = [...effect.packetIds]
    const work = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const { item, opened } = await openPacketInVault(deps, id, effect.directory)
        if (item) dispatch({ type: 'item-read', item })
        const event: StaffEvent = { type: 'packet-read', packetId: id, opened }
        if (opened.state === 'failed' && opened.fault.type === 'status') failed(opened.fault, dispatch, event)
        else dispatch(event)
      }
    }
    await Promise.all(Array.from({ length: OPEN_AT_ONCE }, work))
  }

  const attest = async (effect: Extract<StaffEffect, { type: 'attest' }>, dispatch: Dispatch): Promise<void> => {
    const { packetId } = effect.review
    const signed = await vault.sign(effect.review, effect.clinic.epoch)
    if (!signed.ok) return dispatch({ type: 'packet-refused', packetId, fault: signed.error })
    const stored = await server.review(packetId, signed.value)
    if (stored.ok) dispatch({ type: 'review-stored', item: stored.value, review: effect.review })
    else failed(stored.error, dispatch, { type: 'packet-refused', packetId, fault: stored.error })
  }

  const perform = async (effect: StaffEffect, dispatch: Dispatch): Promise<void> => {
    switch (effect.type) {
      case 'sign-in':
        return dispatch(await signIn(deps, effect.username, effect.passphrase))
      case 'read-labels':
        return dispatch({ type: 'labels-read', labels: await deps.labels() })
      case 'listen':
        return listen(dispatch)
      case 'read-queue': {
        const answer = await server.queue(effect.include)
        if (answer.ok) return dispatch({ type: 'queue-read', queue: answer.value })
        return failed(answer.error, dispatch, { type: 'queue-failed', fault: answer.error })
      }
      case 'read-calls': {
        const answer = await server.calls()
        if (answer.ok) dispatch({ type: 'calls-read', calls: answer.value })
        return
      }
      case 'open-packets':
        return openPackets(effect, dispatch)
      case 'answer-call': {
        const answer = await server.answerCall(effect.callId)
        if (answer.ok) return dispatch({ type: 'call-answered', call: answer.value })
        return failed(answer.error, dispatch, { type: 'call-failed', callId: effect.callId, fault: answer.error })
      }
      case 'claim':
      case 'release': {
        const { packetId } = effect
        const answer = await server[effect.type](packetId)
        if (answer.ok) return dispatch({ type: 'item-changed', item: answer.value })
        return failed(answer.error, dispatch, { type: 'packet-refused', packetId, fault: answer.error })
      }
      case 'attest':
        return attest(effect, dispatch)
      case 'read-ledger': {
        const read = await readLedgerPage(deps, effect.after, effect.chain)
        if (read.ok) return dispatch({ type: 'ledger-read', ...read.value, first: effect.after === null })
        return failed(read.error, dispatch, { type: 'ledger-failed', fault: read.error })
      }
      case 'read-devices': {
        const answer = await server.devices()
        if (answer.ok) return dispatch({ type: 'devices-read', devices: answer.value })
        return failed(answer.error, dispatch, { type: 'devices-failed', fault: answer.error })
      }
      case 'make-code': {
        const answer = await server.enrolCode()
        if (answer.ok) return dispatch({ type: 'code-made', code: answer.value })
        return failed(answer.error, dispatch, { type: 'devices-failed', fault: answer.error })
      }
      case 'revoke-device': {
        const answer = await server.revokeDevice(effect.deviceId)
        if (answer.ok) return dispatch({ type: 'device-changed', device: answer.value })
        return failed(answer.error, dispatch, { type: 'devices-failed', fault: answer.error })
      }
      case 'chime':
        return deps.chime()
      case 'sign-out': {
        session += 1
        stopListening()
        vault.forget()
        if (effect.tellServer) await server.logout()
      }
    }
  }

  return (effect: StaffEffect, dispatch: Dispatch): void => {
    const mine = effect.type === 'sign-out' ? session + 1 : session
    void perform(effect, (event) => {
      if (mine === session) dispatch(event)
    })
  }
}
