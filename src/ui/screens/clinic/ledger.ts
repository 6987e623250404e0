import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import type { SignedIn } from '#app/staff/staff-model.ts'
import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import type { StaffText } from '../../locales/staff-en.ts'
import { controls } from '../../theme/controls.ts'
import type { Send } from '../staff/send.ts'
import { staffStyles } from '../staff/styles/staff-styles.ts'

/**
 * The ledger, newest first, with its chain recomputed on this device.
 *
 * @property model - the signed-in page
 * @property t - texts
 * @property send - what the person did
 */
export class StaffLedger extends LitElement {
  static override properties = { model: { attribute: false }, t: { attribute: false }, send: { attribute: false } }
  declare model: SignedIn
  declare t: StaffText
  declare send: Send

  static override styles = [
    controls,
    staffStyles,
    css`
      .notice.good {
        background: var(--an-accent-soft);
      }
      .entries {
        display: grid;
      }
      .entry {
        display: grid;
        grid-template-columns: 4rem 11rem minmax(0, 1fr) minmax(8rem, 14rem);
        gap: 0 var(--an-space-4);
        padding: var(--an-space-2);
        border-block-start: 1px solid var(--an-line);
      }
      .seq {
        font-variant-numeric: tabular-nums;
        text-align: end;
      }
      summary {
        min-height: var(--an-target);
        font-weight: 500;
      }
      .entry > * {
        align-self: start;
        padding-block-start: 0.625rem;
      }
      .entry > details {
        padding-block-start: 0;
      }
      .pairs {
        padding-block-end: var(--an-space-3);
      }
      @media (max-width: 52rem) {
        .entry {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .entry > * {
          padding-block-start: 0;
        }
        .seq {
          order: 1;
        }
        .entry > details {
          grid-column: 1 / -1;
          order: 3;
        }
        .who {
          order: 2;
          grid-column: 1 / -1;
        }
      }
    `,
  ]

  private who(actor: string): string {
    const { model, t } = this
    const [kind, id = ''] = actor.split(':')
    if (kind === 'staff') return model.directory.staff.find((s) => s.id === id)?.name ?? id
    if (kind === 'device') return t.ledger.kiosk(model.devices.devices?.find((d) => d.deviceId === id)?.name ?? id)
    return t.ledger.server
  }

  private entry(entry: LedgerEntry): TemplateResult {
    const { t } = this
    const pairs = Object.entries(entry.detail)
    return html`<li class="entry">
      <span class="seq soft">${entry.seq}</span>
      <span class="soft">${t.dateTime(entry.at)}</span>
      <details>
        <summary>${t.ledger.kinds[entry.kind]}</summary>
        <dl class="pairs">
          ${entry.packetId === null ? nothing : html`<dt>${t.ledger.packet}</dt><dd class="mono">${entry.packetId}</dd>`}
          ${pairs.map(([key, value]) => html`<dt class="mono">${key}</dt><dd class="mono">${value === null ? '—' : String(value)}</dd>`)}
          <dt class="mono">hash</dt>
          <dd class="mono">${entry.hash}</dd>
          <dt class="mono">prev</dt>
          <dd class="mono">${entry.prev}</dd>
        </dl>
      </details>
      <span class="who">${this.who(entry.actor)}</span>
    </li>`
  }

  private chain(): TemplateResult {
    const { t, model } = this
    const { chain } = model.ledger
    switch (chain.state) {
      case 'unchecked':
        return html`<p class="notice">${t.ledger.unchecked}</p>`
      case 'broken':
        return html`<p class="error">${t.ledger.broken(chain.seq)}</p>`
      case 'holds':
        return html`<p class="notice good">✓ ${chain.whole ? t.ledger.whole(chain.checked) : t.ledger.holds(chain.checked, chain.oldest)}</p>`
    }
  }

  override render() {
    const { t, model } = this
    const { entries, next, loading, fault } = model.ledger
    return html`<section class="stack">
      <div class="row">
        <h1 tabindex="-1">${t.ledger.heading}</h1>
        <button class="button push" ?disabled=${loading} @click=${() => this.send({ type: 'navigated', screen: 'ledger' })}>${t.ledger.refresh}</button>
      </div>
      <p class="soft">${t.ledger.intro}</p>
      <div role="status">${fault ? html`<p class="error">${t.fault(fault)}</p>` : this.chain()}</div>
      ${entries.length === 0 && loading ? html`<p class="soft">${t.ledger.loading}</p>` : nothing}
      <ol class="entries" reversed>
        ${entries.map((entry) => this.entry(entry))}
      </ol>
      ${
        next === null
          ? nothing
          : html`<p><button class="button" ?disabled=${loading} @click=${() => this.send({ type: 'ledger-more-asked' })}>${t.ledger.more}</button></p>`
      }
    </section>`
  }
}

customElements.define('anteroom-staff-ledger', StaffLedger)
