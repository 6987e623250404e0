import type { IntakeDeps } from '#domain/intake/derive.ts'
import type { Assessed, PacketDraft } from '#domain/intake/packet-draft.ts'
import { assemblePacket } from '#domain/packet/assemble-packet.ts'
import type { KioskEffect, KioskEvent } from '../kiosk-flow.ts'
import type { Assessor } from '../ports/assessor.ts'
import type { Clock, Ids } from '../ports/clock.ts'
import type { KioskSession } from '../ports/draft-store.ts'
import type { NarrativeReader } from '../ports/narrative-reader.ts'
import type { Outbox } from '../ports/outbox.ts'
import type { InteractionLog, PacketSealer } from '../ports/packet-sealer.ts'
import type { StaffAlert } from '../ports/staff-alert.ts'

export type KioskDeps = {
  content: IntakeDeps['content']
  /** Without one the lexicon reads the words alone. */
  reader?: NarrativeReader
  clock: Clock
  ids: Ids
  session: KioskSession
  assessor: Assessor
  sealer: PacketSealer
  outbox: Pick<Outbox, 'enqueue' | 'delivered'>
  staff: StaffAlert
  interactions: InteractionLog
}

type Dispatch = (event: KioskEvent) => void

/** An alert that does not get through is tried again for about two minutes; the screen says so meanwhile. */
const ALERT = { tries: 25, everyMs: 5000 } as const

/** What the patient may say at the desk: the beginning of the packet's id. */
export const ticketOf = (packetId: string): string => packetId.slice(0, 4).toUpperCase()

/** Runs the commands of the kiosk flow. `focus` belongs to the screen. Nothing here throws: a broken port is a failed step. */
export const runKioskEffect = (deps: KioskDeps, focus: (target: 'heading' | 'error') => void) => {
  const intake = (dispatch: Dispatch, event: Extract<KioskEvent, { type: 'intake' }>['event']): void =>
    dispatch({ type: 'intake', event })

  let alertRun = 0
  const alert = async (dispatch: Dispatch): Promise<void> => {
    const run = ++alertRun
    for (let attempt = 1; attempt <= ALERT.tries; attempt++) {
      const called = await deps.staff.call('emergency').catch(() => null)
      if (run !== alertRun) return
      if (called?.ok) return intake(dispatch, { type: 'staff-alerted' })
      intake(dispatch, { type: 'staff-alert-failed' })
      await pause(deps.clock, ALERT.everyMs)
      if (run !== alertRun) return
    }
  }

  const call = async (dispatch: Dispatch): Promise<void> => {
    const called = await deps.staff.call('help').catch(() => null)
    intake(dispatch, { type: called?.ok ? 'staff-called' : 'staff-call-failed' })
  }

  const read = async (effect: Extract<KioskEffect, { type: 'read-words' }>, dispatch: Dispatch): Promise<void> => {
    const reading =
      (await deps.reader?.read(effect.words, effect.profile, effect.urgent, effect.answers).catch(() => null)) ?? null
    intake(dispatch, { type: 'words-read', of: effect.of, reading })
  }

  const assess = async (draft: PacketDraft, dispatch: Dispatch): Promise<void> => {
    const assessed = await deps.assessor.assess(draft).catch(() => null)
    intake(dispatch, assessed ? { type: 'assessed', assessed } : { type: 'packet-failed' })
  }

  const seal = async (draft: PacketDraft, assessed: Assessed, dispatch: Dispatch): Promise<void> => {
    const queued = await sealAndQueue(deps, draft, assessed).catch(() => null)
    if (!queued) return intake(dispatch, { type: 'packet-failed' })
    intake(dispatch, { type: 'packet-queued', ticket: ticketOf(queued.packetId) })
    await queued.delivered
    intake(dispatch, { type: 'packet-delivered' })
  }

  const wipe = async (reason: 'ended' | 'idle' | 'crash', dispatch: Dispatch): Promise<void> => {
    alertRun++
    await deps.session.end(reason).catch(() => undefined)
    dispatch({ type: 'wiped', now: deps.clock.elapsed() })
  }

  return (effect: KioskEffect, dispatch: Dispatch): void => {
    switch (effect.type) {
      case 'focus':
        focus(effect.target)
        break
      case 'persist-draft':
        void deps.session.drafts.save('intake', JSON.stringify(effect.model)).catch(() => undefined)
        break
      case 'read-words':
        void read(effect, dispatch)
        break
      case 'alert-staff':
        void alert(dispatch)
        break
      case 'call-staff':
        void call(dispatch)
        break
      case 'start-assessment':
        void assess(effect.draft, dispatch)
        break
      case 'seal-and-queue':
        void seal(effect.draft, effect.assessed, dispatch)
        break
      case 'wipe':
        void wipe(effect.reason, dispatch)
    }
  }
}

const pause = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const stop = clock.every(ms, () => {
      stop()
      resolve()
    })
  })

type Queued = { packetId: string; delivered: Promise<void> }

/** Null when the packet could not be made, sealed or stored. */
const sealAndQueue = async (deps: KioskDeps, draft: PacketDraft, assessed: Assessed): Promise<Queued | null> => {
  const { protocols: _, encoder, ...parts } = draft
  const frame = {
    ...parts,
    id: deps.ids.uuid(),
    clinicId: deps.session.clinicId,
    deviceId: deps.session.deviceId,
    createdAt: new Date(deps.clock.now()).toISOString(),
    passages: assessed.passages,
    provenance: encoder === null ? assessed.provenance : { ...assessed.provenance, encoder },
  }
  const whole = assemblePacket({ ...frame, outcome: assessed.outcome })
  // An assessment that does not hold together never leaves; the facts and the rules do.
  const packet = whole.ok
    ? whole
    : assemblePacket({
        ...frame,
        outcome: { kind: 'hand-off', reason: 'invalid-output', attempts: 1, violated: [whole.error.type] },
      })
  if (!packet.ok) return null
  const sealed = await deps.sealer.seal(packet.value)
  if (!sealed.ok) return null
  // Asked first: the receipt may come before the row is known to be stored.
  const delivered = deps.outbox.delivered(packet.value.id)
  const queued = await deps.outbox.enqueue(sealed.value)
  if (!queued.ok) return null
  void deps.interactions.record(packet.value).catch(() => undefined)
  return { packetId: packet.value.id, delivered }
}
