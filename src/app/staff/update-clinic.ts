import { type StaffAction, type StaffNews, type Step, still } from './staff-events.ts'
import type { SignedIn } from './staff-model.ts'

type News<T extends StaffNews['type']> = Extract<StaffNews, { type: T }>

/** Another screen; the ledger and the devices are read anew each time they are opened. */
export const navigated = (model: SignedIn, { screen }: Extract<StaffAction, { type: 'navigated' }>): Step<SignedIn> => {
  const next: SignedIn = { ...model, screen, packet: null, devices: { ...model.devices, code: null, fault: null } }
  if (screen === 'ledger') return readLedger({ ...next, ledger: { ...next.ledger, entries: [], next: null } }, true)
  if (screen !== 'devices') return still(next)
  return { model: { ...next, devices: { ...next.devices, busy: true } }, effects: [{ type: 'read-devices' }] }
}

const readLedger = (model: SignedIn, first: boolean): Step<SignedIn> => {
  const chain = first ? ({ state: 'unchecked' } as const) : model.ledger.chain
  return {
    model: { ...model, ledger: { ...model.ledger, chain, loading: true, fault: null } },
    effects: [{ type: 'read-ledger', after: first ? null : model.ledger.next, chain }],
  }
}

export const ledgerMore = (model: SignedIn): Step<SignedIn> =>
  model.ledger.loading || model.ledger.next === null ? still(model) : readLedger(model, false)

export const ledgerRead = (model: SignedIn, { page, chain, first }: News<'ledger-read'>): Step<SignedIn> => {
  const entries = first ? page.entries : [...model.ledger.entries, ...page.entries]
  return still({ ...model, ledger: { entries, next: page.next, chain, loading: false, fault: null } })
}

export const ledgerFailed = (model: SignedIn, { fault }: News<'ledger-failed'>): Step<SignedIn> =>
  still({ ...model, ledger: { ...model.ledger, loading: false, fault } })

const withDevices = (model: SignedIn, change: Partial<SignedIn['devices']>): SignedIn => ({
  ...model,
  devices: { ...model.devices, busy: false, fault: null, ...change },
})

export const devicesRead = (model: SignedIn, { devices }: News<'devices-read'>): Step<SignedIn> =>
  still(withDevices(model, { devices }))

export const deviceChanged = (model: SignedIn, { device }: News<'device-changed'>): Step<SignedIn> =>
  still(
    withDevices(model, {
      devices: (model.devices.devices ?? []).map((d) => (d.deviceId === device.deviceId ? device : d)),
    }),
  )

export const codeMade = (model: SignedIn, { code }: News<'code-made'>): Step<SignedIn> => still(withDevices(model, { code }))

export const devicesFailed = (model: SignedIn, { fault }: News<'devices-failed'>): Step<SignedIn> =>
  still(withDevices(model, { fault }))

export const codeAsked = (model: SignedIn): Step<SignedIn> =>
  model.devices.busy ? still(model) : { model: withDevices(model, { busy: true }), effects: [{ type: 'make-code' }] }

export const revokeConfirmed = (
  model: SignedIn,
  { deviceId }: Extract<StaffAction, { type: 'revoke-confirmed' }>,
): Step<SignedIn> => ({ model: withDevices(model, { busy: true }), effects: [{ type: 'revoke-device', deviceId }] })

export const codeHidden = (model: SignedIn): Step<SignedIn> => still(withDevices(model, { code: null }))
