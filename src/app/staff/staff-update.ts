import { type StaffEvent, type Step, still } from './staff-events.ts'
import type { SignedIn, StaffModel } from './staff-model.ts'
import * as clinic from './update-clinic.ts'
import * as packet from './update-packet.ts'
import * as queue from './update-queue.ts'
import { leave, tick, updateSignedOut } from './update-session.ts'

/** The staff page's one update. `now` is this device's time in milliseconds. */
export const updateStaff = (model: StaffModel, event: StaffEvent, now: number): Step<StaffModel> =>
  model.state === 'signed-out' ? updateSignedOut(model, event, now) : updateSignedIn(model, event, now)

const updateSignedIn = (model: SignedIn, event: StaffEvent, now: number): Step<StaffModel> => {
  switch (event.type) {
    case 'ticked':
      return tick(model, now)
    case 'touched':
      return still({ ...model, lastActivity: now })
    case 'sign-out-asked':
      return leave('signed-out', now, true)
    case 'session-lost':
      return leave('expired', now, false)
    case 'labels-read':
      return still({ ...model, labels: event.labels })
    case 'connection-changed':
      return queue.connectionChanged(model, event)
    case 'hinted':
      return queue.hinted(model, event)
    case 'queue-read':
      return queue.queueRead(model, event, now)
    case 'queue-failed':
      return still({ ...model, triedAt: now, queueFault: event.fault })
    case 'refresh-asked':
      return { model: { ...model, triedAt: now }, effects: [queue.readQueue(model), { type: 'read-calls' }] }
    case 'closed-toggled': {
      const next = { ...model, includeClosed: !model.includeClosed }
      return { model: next, effects: [queue.readQueue(next)] }
    }
    case 'sound-toggled':
      return { model: { ...model, sound: !model.sound }, effects: model.sound ? [] : [{ type: 'chime' }] }
    case 'item-read':
      return still(queue.withItem(model, event.item))
    case 'packet-read':
      return queue.packetRead(model, event)
    case 'calls-read':
      return queue.callsRead(model, event)
    case 'call-answer-asked':
      return {
        model: { ...model, answering: new Set(model.answering).add(event.callId) },
        effects: [{ type: 'answer-call', callId: event.callId }],
      }
    case 'call-answered':
      return still({
        ...model,
        calls: model.calls.filter((c) => c.callId !== event.call.callId),
        answering: without(model.answering, event.call.callId),
      })
    case 'call-failed':
      return still({ ...model, answering: without(model.answering, event.callId), queueFault: event.fault })
    default:
      return updateScreens(model, event, now)
  }
}

const without = (set: ReadonlySet<string>, id: string): ReadonlySet<string> => new Set([...set].filter((x) => x !== id))

const updateScreens = (model: SignedIn, event: StaffEvent, now: number): Step<StaffModel> => {
  switch (event.type) {
    case 'navigated':
      return clinic.navigated(model, event)
    case 'packet-chosen':
      return packet.choosePacket(model, event)
    case 'claim-asked':
      return packet.claimAsked(model)
    case 'release-asked':
      return packet.releaseAsked(model)
    case 'drafted':
      return packet.drafted(model, event)
    case 'decision-asked':
      return packet.decisionAsked(model, now)
    case 'decision-withdrawn':
      return still(model.packet ? { ...model, packet: { ...model.packet, confirming: false } } : model)
    case 'decision-confirmed':
      return packet.decisionConfirmed(model, now)
    case 'item-changed':
      return packet.itemChanged(model, event)
    case 'packet-refused':
      return packet.packetRefused(model, event)
    case 'review-stored':
      return packet.reviewStored(model, event)
    case 'ledger-more-asked':
      return clinic.ledgerMore(model)
    case 'ledger-read':
      return clinic.ledgerRead(model, event)
    case 'ledger-failed':
      return clinic.ledgerFailed(model, event)
    case 'code-asked':
      return clinic.codeAsked(model)
    case 'code-hidden':
      return clinic.codeHidden(model)
    case 'code-made':
      return clinic.codeMade(model, event)
    case 'revoke-confirmed':
      return clinic.revokeConfirmed(model, event)
    case 'devices-read':
      return clinic.devicesRead(model, event)
    case 'device-changed':
      return clinic.deviceChanged(model, event)
    case 'devices-failed':
      return clinic.devicesFailed(model, event)
    default:
      return still(model)
  }
}
