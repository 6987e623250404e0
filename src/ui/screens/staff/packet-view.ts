import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { levelOf } from '#app/staff/queue-rows.ts'
import type { Opened, PacketView, SignedIn } from '#app/staff/staff-model.ts'
import type { CitedPassage } from '#contracts/clinical/packet.ts'
import type { QueueItem } from '#contracts/wire/queue.ts'
import { SingleKey } from '../../controllers/list-keys.ts'
import type { StaffText } from '../../locales/staff-en.ts'
import { controls } from '../../theme/controls.ts'
import { levelBadge } from './level-badge.ts'
import { assessmentPanel } from './packet/assessment.ts'
import type { PacketContext } from './packet/context.ts'
import { historyPanel, measuresPanel, provenancePanel, transcriptPanel } from './packet/facts.ts'
import { findingsPanel } from './packet/findings.ts'
import { floorPanel } from './packet/floor.ts'
import { personLine, titleLine } from './packet/packet-words.ts'
import { passageBody } from './packet/passage.ts'
import { reviewsPanel } from './packet/reviews.ts'
import { wordsPanel } from './packet/words.ts'
import { packetStyles } from './styles/packet-styles.ts'
import './modal.ts'
import './review-panel.ts'
import type { Send } from './send.ts'
import { levelStyles, staffStyles } from './styles/staff-styles.ts'

/**
 * One packet, whole: the patient's words first, then what the rules say, what the AI wrote, and the review beside it.
 *
 * @property model - the signed-in page
 * @property view - the packet on the screen
 * @property keys - whether single-key shortcuts are on
 * @property t - texts
 * @property send - what the person did
 */
export class StaffPacket extends LitElement {
  static override properties = {
    model: { attribute: false },
    view: { attribute: false },
    keys: { type: Boolean },
    t: { attribute: false },
    send: { attribute: false },
    passage: { state: true },
  }
  declare model: SignedIn
  declare view: PacketView
  declare keys: boolean
  declare t: StaffText
  declare send: Send
  declare private passage: CitedPassage | null

  static override styles = [controls, staffStyles, levelStyles, packetStyles]

  constructor() {
    super()
    this.passage = null
    this.keys = true
    new SingleKey(
      this,
      'u',
      () => this.keys && !this.view.confirming && this.passage === null,
      () => this.back(),
    )
  }

  private back(): void {
    this.send({ type: 'navigated', screen: this.view.from })
  }

  private readonly jumpTo = (id: string): void => {
    const target = this.renderRoot.querySelector<HTMLElement>(`#${id}`)
    target?.scrollIntoView({ block: 'center' })
    target?.focus({ preventScroll: true })
  }

  private toReview(): void {
    const review = this.renderRoot.querySelector('anteroom-staff-review')
    review?.scrollIntoView({ block: 'start' })
    review?.shadowRoot?.querySelector<HTMLElement>('#review-h')?.focus({ preventScroll: true })
  }

  private heading(item: QueueItem, opened: Extract<Opened, { state: 'open' }>): TemplateResult {
    const { t, model } = this
    const { packet } = opened
    const device = model.devices.devices?.find((d) => d.deviceId === item.deviceId)?.name ?? item.deviceId
    const waited = t.waited(Math.max(0, model.now + model.offset - Date.parse(item.receivedAt)))
    return html`<div class="top">
      ${levelBadge(levelOf(opened), t)}
      <div class="stack-tight">
        <h1 tabindex="-1">${titleLine(packet, model.labels, t)}</h1>
        <p><strong>${personLine(packet, t)}</strong></p>
        <p class="soft small">
          ${t.packet.received(waited)} ${t.packet.from(device)} · ${t.packet.language[packet.language]} · ${t.queue.state[item.state]}${
            packet.complaints.every((c) => c.confirmed) ? nothing : html` · <strong>${t.packet.unconfirmed}</strong>`
          }
        </p>
      </div>
      <button class="button to-review" @click=${this.toReview}>${t.packet.review.heading}</button>
    </div>`
  }

  private content(item: QueueItem, opened: Extract<Opened, { state: 'open' }>): TemplateResult {
    const { t, model } = this
    const c: PacketContext = {
      packet: opened.packet,
      hash: opened.hash,
      labels: model.labels,
      t,
      now: model.now + model.offset,
      openPassage: (passage) => {
        this.passage = passage
      },
      jumpTo: this.jumpTo,
    }
    return html`${this.heading(item, opened)}
      <div class="columns">
        <div class="stack">
          ${wordsPanel(c)} ${floorPanel(c)} ${assessmentPanel(c)} ${findingsPanel(c)}
          <div class="pair">${measuresPanel(c)} ${historyPanel(c)}</div>
          ${transcriptPanel(c)} ${provenancePanel(c)}
        </div>
        <div class="side stack">
          <anteroom-staff-review .model=${model} .view=${this.view} .t=${t} .send=${this.send}></anteroom-staff-review>
          ${reviewsPanel(opened.reviews, t)}
        </div>
      </div>
      <anteroom-staff-modal
        .open=${this.passage !== null}
        .heading=${this.passage?.title ?? t.packet.passage.title}
        @anteroom-close=${this.closePassage}
      >
        ${this.passage ? passageBody(this.passage, c.now, t) : nothing}
        <button slot="actions" class="button" @click=${this.closePassage}>${t.close}</button>
      </anteroom-staff-modal>`
  }

  private closePassage(): void {
    this.passage = null
  }

  override render() {
    const { t, model, view } = this
    const opened = model.opened.get(view.packetId)
    const item = model.items.find((i) => i.packetId === view.packetId)
    return html`<article class="stack">
      <p><button class="button" @click=${this.back}>‹ ${t.packet.back}</button></p>
      ${
        item && opened?.state === 'open'
          ? this.content(item, opened)
          : html`<h1 tabindex="-1">${opened?.state === 'failed' ? t.levels.unknown.name : t.packet.loading}</h1>
            ${opened?.state === 'failed' ? html`<p class="error">${t.fault(opened.fault)}</p>` : nothing}`
      }
    </article>`
  }
}

customElements.define('anteroom-staff-packet', StaffPacket)
