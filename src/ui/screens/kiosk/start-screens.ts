import { html } from 'lit'
import { Language } from '#contracts/clinical/language.ts'
import { icons } from '../../elements/icons.ts'
import { kioskText } from '../../locales/index.ts'
import { heading, type Screen } from './screen.ts'

/** Both languages side by side: the first thing anyone sees must not need a language. */
export const languageScreen: Screen = ({ t, send }) => html`
  ${heading(t.language.heading)}
  <p class="lead">${t.language.lead}</p>
  <div class="choices two" role="group" aria-labelledby="heading">
    ${Language.options.map(
      (language) => html`
        <button type="button" class="button primary wide" lang=${language} @click=${() => send({ type: 'language-chosen', language })}>
          ${kioskText[language].language.start}
        </button>
      `,
    )}
  </div>
  <p class="notice">${t.language.emergency}</p>
`

export const consentScreen: Screen = ({ t, send }) => html`
  ${heading(t.consent.heading)}
  <ul class="points">
    ${t.consent.points.map((p) => html`<li>${icons.check()}<span>${p}</span></li>`)}
  </ul>
  <div class="actions">
    <button type="button" class="button primary" @click=${() => send({ type: 'consent-given' })}>${t.consent.agree}</button>
    <button type="button" class="button" @click=${() => send({ type: 'back-requested' })}>${icons.back()} ${t.common.back}</button>
    <button type="button" class="button quiet" @click=${() => send({ type: 'consent-declined' })}>${t.consent.decline}</button>
  </div>
`

export const declinedScreen: Screen = ({ t, send }) => html`
  ${heading(t.declined.heading)}
  <p class="lead">${t.declined.lead}</p>
  <div class="actions">
    <button type="button" class="button primary" @click=${() => send({ type: 'finished' })}>${t.declined.finish}</button>
  </div>
`
