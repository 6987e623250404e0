import type { StaffModel } from '#app/staff/staff-model.ts'
import type { StaffPage } from '#app/staff/staff-page.ts'

type Place = { readonly screen: string; readonly packetId: string | null }

const placeOf = (model: StaffModel): Place | null =>
  model.state === 'signed-in' ? { screen: model.screen, packetId: model.packet?.packetId ?? null } : null

const isSame = (a: Place | null, b: Place | null): boolean => a?.screen === b?.screen && a?.packetId === b?.packetId

const isPlace = (value: unknown): value is Place => typeof value === 'object' && value !== null && 'screen' in value

/**
 * The browser's Back goes back a screen instead of leaving the page, which would forget the keys. Places are kept in the
 * history's state, never in the address.
 */
export class ScreenHistory {
  private place: Place | null = null

  constructor(private readonly page: StaffPage) {}

  start(): void {
    this.page.subscribe((model) => this.follow(placeOf(model)))
    addEventListener('popstate', (event) => this.restore(event.state))
  }

  private follow(next: Place | null): void {
    if (isSame(next, this.place)) return
    const isFirst = this.place === null
    this.place = next
    if (next === null || isFirst) history.replaceState(next, '')
    else history.pushState(next, '')
  }

  private restore(state: unknown): void {
    const model = this.page.model()
    if (model.state !== 'signed-in') return
    const wanted: Place = isPlace(state) ? state : { screen: 'queue', packetId: null }
    if (isSame(wanted, placeOf(model))) return
    // Set first: going back must not write a new step forward.
    this.place = wanted
    if (wanted.packetId !== null) this.page.send({ type: 'packet-chosen', packetId: wanted.packetId })
    else if (
      wanted.screen === 'queue' ||
      wanted.screen === 'doctor' ||
      wanted.screen === 'ledger' ||
      wanted.screen === 'devices' ||
      wanted.screen === 'about'
    )
      this.page.send({ type: 'navigated', screen: wanted.screen })
  }
}
