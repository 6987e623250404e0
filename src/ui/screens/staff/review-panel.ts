import { html, LitElement, nothing, type TemplateResult } from 'lit'
import type { Draft, PacketView, SignedIn } from '#app/staff/staff-model.ts'
import { draftLevel, reviewOf } from '#app/staff/update-packet.ts'
import type { ReviewDecision } from '#contracts/clinical/review.ts'
import { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { REASON_MAX, type ReviewModel } from '#domain/review/review-flow.ts'
import { compareLevels } from '#domain/shared/level.ts'
import type { StaffText } from '../../locales/staff-en.ts'
import { controls } from '../../theme/controls.ts'
import { levelBadge } from './level-badge.ts'
import './modal.ts'
import type { Send } from './send.ts'
import { reviewStyles } from './styles/review-styles.ts'
import { levelStyles, staffStyles } from './styles/staff-styles.ts'

/**
 * Claim, decide, sign. Nothing is final until the confirmation is signed.
 *
 * @property model - the signed-in page with a packet on the screen
 * @property view - that packet's view
 * @property t - texts
 * @property send - what the person did
 */
export class StaffReview extends LitElement {
  static override properties = {
    model: { attribute: false },
    view: { attribute: false },
    t: { attribute: false },
    send: { attribute: false },
  }
  declare model: SignedIn
  declare view: PacketView
  declare t: StaffText
  declare send: Send

  static override styles = [controls, staffStyles, levelStyles, reviewStyles]

  private claim(review: ReviewModel): TemplateResult {
    const { t, model, view } = this
    const r = t.packet.review
    if (model.person.role === 'admin') return html`<p>${r.adminOnly}</p>`
    if (review.state === 'escalated' && model.person.role !== 'doctor') return html`<p>${r.doctorOnly}</p>`
    return html`<p class="soft">${r.claimHelp}</p>
      <button class="button primary" ?disabled=${view.busy !== null} @click=${() => this.send({ type: 'claim-asked' })}>
        ${view.busy === 'claiming' ? r.claiming : r.claim}
      </button>`
  }

  private held(review: ReviewModel): TemplateResult {
    const { t, model } = this
    if (review.claim?.by.id === model.person.id) return this.form(review)
    const name = model.directory.staff.find((s) => s.id === review.claim?.by.id)?.name ?? review.claim?.by.id ?? ''
    return html`<p>${t.packet.review.heldBy(name)}</p>`
  }

  private change(review: ReviewModel, change: Partial<Draft>): void {
    const before = this.view.draft ?? { decision: 'accept', level: review.proposed, reason: '' }
    this.send({ type: 'drafted', draft: { ...before, ...change } })
  }

  private form(review: ReviewModel): TemplateResult {
    const { t, view } = this
    const r = t.packet.review
    const { draft, busy } = view
    const choices: ReviewDecision[] =
      review.state === 'doctor-claimed' ? ['accept', 'change-level', 'return'] : ['accept', 'change-level', 'escalate', 'return']
    const submit = (event: Event) => {
      event.preventDefault()
      this.send({ type: 'decision-asked' })
    }
    const isOptional = draft?.decision === 'accept'
    return html`<form @submit=${submit}>
      <fieldset>
        <legend>${r.decision}</legend>
        ${choices.map(
          (d) => html`<label class="choice">
            <input type="radio" name="decision" value=${d} required .checked=${draft?.decision === d} @change=${() => this.change(review, { decision: d })} />
            <span><strong>${r.decisions[d].name}</strong><span class="soft small">${r.decisions[d].help}</span></span>
          </label>`,
        )}
      </fieldset>
      ${draft && (draft.decision === 'change-level' || draft.decision === 'escalate') ? this.levels(review, draft) : nothing}
      ${
        draft
          ? html`<div class="field">
              <label for="reason">${isOptional ? r.reasonOptional : r.reason}</label>
              <p class="help small" id="reason-help">${r.reasonHelp}</p>
              <textarea id="reason" rows="3" maxlength=${REASON_MAX} aria-describedby="reason-help" ?required=${!isOptional} .value=${draft.reason}
                @input=${(e: Event) => this.change(review, { reason: (e.target as HTMLTextAreaElement).value })}></textarea>
            </div>`
          : nothing
      }
      <button class="button primary" ?disabled=${busy !== null || !draft}>${busy === 'signing' ? r.signing : r.next}</button>
      <button type="button" class="button" ?disabled=${busy !== null} @click=${() => this.send({ type: 'release-asked' })}>${r.release}</button>
      <p class="help small">${r.releaseHelp}</p>
    </form>`
  }

  private levels(review: ReviewModel, draft: Draft): TemplateResult {
    const { t } = this
    return html`<fieldset>
      <legend>${t.packet.review.level}</legend>
      ${TriageLevel.options.map(
        (level) => html`<label class="choice">
          <input type="radio" name="level" value=${level} .checked=${draft.level === level} @change=${() => this.change(review, { level })} />
          <span class="row">${levelBadge(level, t)}<span class="soft small">${t.levels[level].means}</span></span>
        </label>`,
      )}
      ${this.belowFloor(draft.level)}
    </fieldset>`
  }

  private belowFloor(level: TriageLevel): TemplateResult | typeof nothing {
    const opened = this.model.opened.get(this.view.packetId)
    if (opened?.state !== 'open' || compareLevels(level, opened.packet.floor.level) >= 0) return nothing
    return html`<p class="notice" role="status">${this.t.packet.review.belowFloor(this.t.levels[opened.packet.floor.level].name)}</p>`
  }

  private confirm(review: ReviewModel): TemplateResult {
    const { t, view, model } = this
    const r = t.packet.review
    const { draft } = view
    const level = draft ? draftLevel(draft, review.proposed) : review.proposed
    const withdraw = () => this.send({ type: 'decision-withdrawn' })
    return html`<anteroom-staff-modal .open=${view.confirming} .heading=${r.confirmHeading} @anteroom-close=${withdraw}>
      <div class="stack">
        <p>${r.confirmLead}</p>
        <dl class="pairs">
          <dt>${r.confirmDecision}</dt>
          <dd><strong>${draft ? r.decisions[draft.decision].name : ''}</strong></dd>
          <dt>${r.confirmLevel}</dt>
          <dd>${levelBadge(level, t)}</dd>
          <dt>${r.confirmReason}</dt>
          <dd class="reason">${draft?.reason.trim() || r.confirmNoReason}</dd>
          <dt>${r.confirmAs}</dt>
          <dd>${t.nav.signedInAs(model.person.name, model.person.role)}</dd>
          <dt>${r.confirmPacket}</dt>
          <dd class="mono">${review.packetHash}</dd>
        </dl>
        ${this.belowFloor(level)}
        <p class="soft small">${r.final}</p>
      </div>
      <button slot="actions" class="button" @click=${withdraw}>${t.cancel}</button>
      <button slot="actions" class="button primary" @click=${() => this.send({ type: 'decision-confirmed' })}>${r.sign}</button>
    </anteroom-staff-modal>`
  }

  private done(): TemplateResult {
    const { t, view } = this
    const r = t.packet.review
    if (!view.record) return html`<p>${r.closed}</p>`
    const { decision, decidedAt } = view.record.review
    return html`<div class="done" role="status">
        <h3>✓ ${r.doneHeading}</h3>
        <p>${r.done(r.decisions[decision].signed, t.dateTime(decidedAt))}</p>
      </div>
      <p class="soft small">${r.correct}</p>
      <button class="button primary" @click=${() => this.send({ type: 'navigated', screen: view.from })}>${r.doneNext}</button>`
  }

  private body(review: ReviewModel): TemplateResult {
    if (this.view.record) return this.done()
    switch (review.state) {
      case 'pending':
      case 'escalated':
        return this.claim(review)
      case 'claimed':
      case 'doctor-claimed':
        return this.held(review)
      case 'attested':
      case 'returned':
        return this.done()
    }
  }

  override render() {
    const { t, view } = this
    const review = reviewOf(this.model)
    if (!review) return nothing
    return html`<section class="panel" id="review" aria-labelledby="review-h">
      <h2 id="review-h" tabindex="-1">${t.packet.review.heading}</h2>
      <p class="row"><span class="soft">${t.packet.proposed}</span>${levelBadge(review.proposed, t)}</p>
      <div role="alert">${view.fault ? html`<p class="error">${t.fault(view.fault)}</p>` : nothing}</div>
      ${this.body(review)} ${this.confirm(review)}
    </section>`
  }
}

customElements.define('anteroom-staff-review', StaffReview)
