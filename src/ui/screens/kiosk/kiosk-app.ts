import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { createKiosk, type Kiosk, type KioskDeps } from '#app/kiosk.ts'
import { Language } from '#contracts/clinical/language.ts'
import type { Step } from '#domain/intake/model.ts'
import { progress } from '#domain/intake/steps.ts'
import '../../elements/dialog/register.ts'
import '../../elements/stages/register.ts'
import { icons } from '../../elements/icons.ts'
import { kioskText } from '../../locales/index.ts'
import { adoptTheme } from '../../theme/adopt-theme.ts'
import { cards } from '../../theme/cards.ts'
import { controls } from '../../theme/controls.ts'
import { idleDialog, staffDialog } from './dialogs.ts'
import { doneScreen, emergencyScreen, sendingScreen } from './end-screens.ts'
import { historyScreen, vitalsScreen } from './health-screens.ts'
import { kioskStyles } from './kiosk-styles.ts'
import { ageScreen, pregnancyScreen, sexScreen, whoScreen } from './person-screens.ts'
import { questionScreen } from './question-screen.ts'
import { reviewScreen } from './review-screen.ts'
import { heading, type Screen, type ScreenContext } from './screen.ts'
import { consentScreen, declinedScreen, languageScreen } from './start-screens.ts'
import { confirmScreen, readingScreen, wordsScreen } from './words-screens.ts'

const SCREENS: Readonly<Record<Step, Screen>> = {
  language: languageScreen,
  consent: consentScreen,
  declined: declinedScreen,
  who: whoScreen,
  age: ageScreen,
  sex: sexScreen,
  pregnancy: pregnancyScreen,
  words: wordsScreen,
  reading: readingScreen,
  confirm: confirmScreen,
  question: questionScreen,
  history: historyScreen,
  vitals: vitalsScreen,
  review: reviewScreen,
  sending: sendingScreen,
  done: doneScreen,
  emergency: emergencyScreen,
}
/** Which part of the way a step belongs to; steps outside the way have none. */
const STAGE: Readonly<Partial<Record<Step, number>>> = {
  consent: 0,
  who: 1,
  age: 1,
  sex: 1,
  pregnancy: 1,
  words: 2,
  reading: 2,
  confirm: 2,
  question: 3,
  history: 4,
  vitals: 4,
  review: 5,
}

/**
 * The patient's side: one thing at a time, in the patient's language, with a person always one touch away. It draws what the
 * kiosk flow says and never shows a level or a diagnosis.
 */
export class KioskApp extends LitElement {
  static override styles = [controls, cards, kioskStyles]
  static override properties = { deps: { attribute: false } }
  declare deps: KioskDeps | undefined
  #kiosk: Kiosk | null = null

  override connectedCallback(): void {
    super.connectedCallback()
    adoptTheme(this.ownerDocument)
    for (const type of ['pointerdown', 'keydown', 'input']) this.addEventListener(type, this.#touched)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const type of ['pointerdown', 'keydown', 'input']) this.removeEventListener(type, this.#touched)
    this.#kiosk?.stop()
  }

  readonly #touched = (): void => this.#kiosk?.touched()

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('deps') || !this.deps) return
    this.#kiosk?.stop()
    this.#kiosk = createKiosk(this.deps)
    this.#kiosk.subscribe(() => this.requestUpdate())
    this.#kiosk.onFocus((target) => void this.#focus(target))
  }

  protected override updated(): void {
    const language = this.#kiosk?.model().intake.language ?? 'en'
    const page = this.ownerDocument
    if (page.documentElement.lang !== language) page.documentElement.lang = language
    page.title = kioskText[language].pageTitle
  }

  async #focus(target: 'heading' | 'error'): Promise<void> {
    await this.updateComplete
    const find = (selector: string) => this.renderRoot.querySelector<HTMLElement>(selector)
    const wrong = find('[aria-invalid=true]') ?? find('.error ~ .choices input, .error ~ * input')
    if (target === 'error') return wrong?.focus()
    this.ownerDocument.defaultView?.scrollTo({ top: 0 })
    find('h1')?.focus({ preventScroll: true })
  }

  protected override render(): TemplateResult | typeof nothing {
    const kiosk = this.#kiosk
    if (!kiosk) return nothing
    const { intake: model, remainingMs, ending } = kiosk.model()
    const t = kioskText[model.language]
    const ctx: ScreenContext = {
      model,
      derived: kiosk.derived(model),
      content: kiosk.intakeDeps.content,
      t,
      self: model.reporter !== 'caregiver',
      send: kiosk.send,
    }
    const stage = ending ? undefined : STAGE[model.step]
    const place = `${model.step} ${model.asking?.protocolId} ${model.asking?.questionId} ${model.words.length} ${ending}`
    return html`
      ${this.#header(ctx)}
      <main lang=${model.language}>
        ${
          stage === undefined
            ? nothing
            : html`<anteroom-stages .label=${t.progress(stage + 1, t.stages.length, t.stages[stage] ?? '')}
                .value=${progress(model, ctx.derived)}></anteroom-stages>`
        }
        <div class="sheet">${keyed(place, ending ? heading(t.idle.cleared) : SCREENS[model.step](ctx))}</div>
      </main>
      ${staffDialog(ctx)} ${idleDialog(ctx, remainingMs, kiosk)}
    `
  }

  #header({ model, t, send }: ScreenContext): TemplateResult {
    return html`
      <header>
        <p class="brand">${t.brand}</p>
        <div class="languages" role="group" aria-label=${t.chooseLanguage}>
          ${Language.options.map(
            (language) => html`
              <button type="button" lang=${language} aria-pressed=${model.language === language ? 'true' : 'false'}
                @click=${() => this.#switchTo(language)}>${kioskText[language].languageName}</button>
            `,
          )}
        </div>
        <button type="button" class="button" @click=${() => send({ type: model.step === 'emergency' ? 'alert-repeated' : 'staff-call-opened' })}>${icons.person()} ${t.staff.call}</button>
      </header>
    `
  }

  #switchTo(language: Language): void {
    this.#kiosk?.send({ type: 'language-switched', language })
  }
}

customElements.define('anteroom-kiosk', KioskApp)

declare global {
  interface HTMLElementTagNameMap {
    'anteroom-kiosk': KioskApp
  }
}
