import { css, html, LitElement } from 'lit'
import type { Language } from '#contracts/clinical/language.ts'
import type { ClinicInfo } from '#contracts/wire/keys.ts'
import type { StaffText } from '../../locales/staff-en.ts'
import { staffText } from '../../locales/staff-index.ts'
import { controls } from '../../theme/controls.ts'
import { staffStyles } from '../staff/styles/staff-styles.ts'

type Preferences = { language: Language; keys: boolean }

/**
 * What Anteroom is for, whose keys are in use, and this person's preferences.
 *
 * @property clinic - as the server named it
 * @property preferences - language and shortcuts
 * @property prefer - changes them
 * @property t - texts
 */
export class StaffAbout extends LitElement {
  static override properties = {
    clinic: { attribute: false },
    preferences: { attribute: false },
    prefer: { attribute: false },
    t: { attribute: false },
  }
  declare clinic: ClinicInfo
  declare preferences: Preferences
  declare prefer: (change: Partial<Preferences>) => void
  declare t: StaffText

  static override styles = [
    controls,
    staffStyles,
    css`
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
        gap: var(--an-space-4);
      }
      .check {
        display: flex;
        align-items: center;
        gap: var(--an-space-2);
        min-height: var(--an-target);
      }
      .check input {
        width: 1.375rem;
        height: 1.375rem;
        accent-color: var(--an-accent);
      }
      .button[aria-pressed='true'] {
        border-color: var(--an-accent);
        background: var(--an-accent-soft);
      }
      kbd {
        padding: 0.125rem var(--an-space-2);
        border: 1px solid var(--an-edge);
        border-radius: 0.25rem;
        background: var(--an-surface-2);
        font: inherit;
      }
    `,
  ]

  override render() {
    const { t, clinic, preferences } = this
    const a = t.about
    return html`<section class="stack">
      <h1 tabindex="-1">${a.heading}</h1>
      <div class="grid">
        <section class="panel">
          <h2>${a.intendedHeading}</h2>
          <p>${a.intended}</p>
          <h2>${a.notHeading}</h2>
          <p>${a.not}</p>
          <h2>${a.privacyHeading}</h2>
          <p>${a.privacy}</p>
        </section>
        <section class="panel">
          <h2>${a.clinic}</h2>
          <dl class="pairs">
            <dt>${a.clinic}</dt>
            <dd>${clinic.name}</dd>
            <dt>${a.clinicId}</dt>
            <dd class="mono">${clinic.clinicId}</dd>
            <dt>${a.epoch}</dt>
            <dd>${clinic.epoch.epoch}, ${t.dateTime(clinic.epoch.createdAt)}</dd>
            <dt>${a.epochKey}</dt>
            <dd class="mono">${clinic.epoch.encryptionKey.kid}</dd>
            <dt>${a.receiptKey}</dt>
            <dd class="mono">${clinic.receiptKey.kid}</dd>
          </dl>
        </section>
        <section class="panel">
          <h2>${t.language}</h2>
          <div class="row" role="group" aria-label=${t.language}>
            ${(Object.keys(staffText) as Language[]).map(
              (code) => html`<button
                class="button"
                lang=${code}
                aria-pressed=${preferences.language === code}
                @click=${() => this.prefer({ language: code })}
              >
                ${staffText[code].languageName}
              </button>`,
            )}
          </div>
          <h2>${a.keysHeading}</h2>
          <label class="check">
            <input
              type="checkbox"
              .checked=${preferences.keys}
              @change=${(e: Event) => this.prefer({ keys: (e.target as HTMLInputElement).checked })}
            />${a.keysToggle}
          </label>
          <dl class="pairs">
            ${a.keys.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}
          </dl>
        </section>
      </div>
    </section>`
  }
}

customElements.define('anteroom-staff-about', StaffAbout)
