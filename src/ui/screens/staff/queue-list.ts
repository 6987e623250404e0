import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { type QueueRow, queueRows } from '#app/staff/queue-rows.ts'
import type { SignedIn } from '#app/staff/staff-model.ts'
import { ListKeys } from '../../controllers/list-keys.ts'
import type { StaffText } from '../../locales/staff-en.ts'
import { controls } from '../../theme/controls.ts'
import { levelBadge } from './level-badge.ts'
import { personLine, titleLine } from './packet/packet-words.ts'
import type { Send } from './send.ts'
import { queueStyles } from './styles/queue-styles.ts'
import { levelStyles, staffStyles } from './styles/staff-styles.ts'

const isClosed = ({ item }: QueueRow): boolean => item.state === 'attested' || item.state === 'returned'

/**
 * Packets that wait: the queue, or the doctor's list. Most urgent first, then the longest wait.
 *
 * @property model - the signed-in page
 * @property list - which list
 * @property keys - whether single-key shortcuts are on
 * @property t - texts
 * @property send - what the person did
 */
export class StaffQueue extends LitElement {
  static override properties = {
    model: { attribute: false },
    list: {},
    keys: { type: Boolean },
    t: { attribute: false },
    send: { attribute: false },
  }
  declare model: SignedIn
  declare list: 'queue' | 'doctor'
  declare keys: boolean
  declare t: StaffText
  declare send: Send

  static override styles = [controls, staffStyles, levelStyles, queueStyles]

  constructor() {
    super()
    this.list = 'queue'
    this.keys = true
    new ListKeys(this, () => this.keys)
  }

  private holder(row: QueueRow): string {
    const { t, model } = this
    const { claimedBy, state } = row.item
    if (claimedBy === model.person.id)
      return state === 'claimed' || state === 'doctor-claimed' ? t.queue.yours : t.queue.state[state]
    const name = model.directory.staff.find((s) => s.id === claimedBy)?.name
    if (state === 'claimed' || state === 'doctor-claimed') return t.queue.claimedBy(name ?? claimedBy ?? '')
    return state === 'pending' ? t.queue.free : t.queue.state[state]
  }

  private content(row: QueueRow): TemplateResult {
    const { t, model } = this
    const { opened } = row
    if (opened?.state === 'failed') return html`<span class="title">${t.fault(opened.fault)}</span>`
    // Closed packets are decrypted only when somebody opens one: each reading is written down.
    if (opened === null && isClosed(row))
      return html`<span class="title soft">${t.packet.received(t.waited(row.waitingMs))}</span>`
    if (opened?.state !== 'open') {
      return html`<span class="title soft">${model.person.role === 'admin' ? t.queue.state[row.item.state] : t.queue.opening}</span>`
    }
    const { packet } = opened
    return html`<span class="title">${titleLine(packet, model.labels, t)}</span>
      <span class="person">${personLine(packet, t)}</span>
      <span class="quote" lang=${packet.language}>${packet.words === '' ? nothing : html`“${packet.words}”`}</span>`
  }

  private row(row: QueueRow): TemplateResult {
    const { t, model } = this
    const { item, opened } = row
    const device = model.devices.devices?.find((d) => d.deviceId === item.deviceId)?.name ?? item.deviceId
    const isHandOff = opened?.state === 'open' && opened.packet.outcome.kind === 'hand-off'
    return html`<li>
      <button
        class="packet edge ${row.level ?? 'unknown'}"
        data-row
        ?disabled=${model.person.role === 'admin'}
        @click=${() => this.send({ type: 'packet-chosen', packetId: item.packetId })}
      >
        <span class="mark">${levelBadge(row.level, t)}</span>
        <span class="what">${this.content(row)}</span>
        <span class="when"><strong>${isClosed(row) ? t.dateTime(item.receivedAt) : t.waited(row.waitingMs)}</strong><span class="soft">${device}</span></span>
        <span class="tags">
          <span class="tag">${this.holder(row)}</span>
          ${isHandOff ? html`<span class="tag">${t.queue.handOff}</span>` : nothing}
          ${item.sequenceGap ? html`<span class="tag gap">${t.queue.gap}</span>` : nothing}
        </span>
      </button>
    </li>`
  }

  private rows(rows: readonly QueueRow[], empty: string): TemplateResult {
    if (rows.length === 0) return html`<p class="empty">${this.model.loadedAt === null ? this.t.queue.loading : empty}</p>`
    return html`<ul class="packets">
      ${repeat(
        rows,
        (r) => r.item.packetId,
        (r) => this.row(r),
      )}
    </ul>`
  }

  private closed(): TemplateResult | typeof nothing {
    const { t, model } = this
    return html`<label class="check">
        <input type="checkbox" .checked=${model.includeClosed} @change=${() => this.send({ type: 'closed-toggled' })} />${t.queue.showClosed}
      </label>
      ${
        model.includeClosed
          ? html`<h2>${t.queue.closedHeading}</h2>
            ${this.rows(queueRows(model, 'closed'), t.queue.closedEmpty)}`
          : nothing
      }`
  }

  override render() {
    const { t, model, list } = this
    const rows = queueRows(model, list)
    return html`<section class="stack">
      <div class="row">
        <h1 tabindex="-1">${list === 'queue' ? t.queue.heading : t.queue.doctorHeading}</h1>
        <span class="soft">${t.queue.count(rows.length)}</span>
        <label class="check push">
          <input type="checkbox" .checked=${model.sound} @change=${() => this.send({ type: 'sound-toggled' })} />${t.nav.sound}
        </label>
        <button class="button" @click=${() => this.send({ type: 'refresh-asked' })}>${t.queue.refresh}</button>
      </div>
      ${model.queueFault ? html`<p class="error" role="alert">${t.fault(model.queueFault)}</p>` : nothing}
      ${model.person.role === 'admin' ? html`<p class="notice">${t.queue.adminOnly}</p>` : nothing}
      ${this.rows(rows, list === 'queue' ? t.queue.empty : t.queue.doctorEmpty)} ${list === 'queue' ? this.closed() : nothing}
      ${this.keys ? html`<p class="help small keys">${t.queue.keys}</p>` : nothing}
    </section>`
  }
}

customElements.define('anteroom-staff-queue', StaffQueue)
