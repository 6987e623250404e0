import { html, nothing, type TemplateResult } from 'lit'
import type { Derived, IntakeDeps } from '#domain/intake/derive.ts'
import type { IntakeEvent } from '#domain/intake/events.ts'
import type { IntakeModel } from '#domain/intake/model.ts'
import { icons } from '../../elements/icons.ts'
import type { KioskText } from '../../locales/index.ts'

/** All a screen may know. It draws the model and sends events; it keeps nothing. */
export type ScreenContext = {
  model: IntakeModel
  derived: Derived
  content: IntakeDeps['content']
  t: KioskText
  /** The patient answers for themselves. */
  self: boolean
  send: (event: IntakeEvent) => void
}
export type Screen = (ctx: ScreenContext) => TemplateResult

export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The heading takes the focus on every step; it is not in the tab order. */
export const heading = (text: string): TemplateResult => html`<h1 id="heading" tabindex="-1">${text}</h1>`

export const errorId = (field: string): string => `error-${field}`

/** What is wrong and what to do, beside the field, announced at once. */
export const errorLine = (ctx: ScreenContext, field: string, name = ''): TemplateResult | typeof nothing =>
  ctx.model.error?.field === field
    ? html`<p class="error" id=${errorId(field)} role="alert">${icons.alert()}<span>${ctx.t.error(ctx.model.error, name)}</span></p>`
    : nothing

export const isInvalid = (ctx: ScreenContext, field: string): 'true' | typeof nothing =>
  ctx.model.error?.field === field ? 'true' : nothing

/** Text of `aria-describedby` for a field with help, and its error while there is one. */
export const describedBy = (ctx: ScreenContext, field: string, helpId?: string): string | typeof nothing => {
  const ids = [...(helpId ? [helpId] : []), ...(ctx.model.error?.field === field ? [errorId(field)] : [])]
  return ids.length > 0 ? ids.join(' ') : nothing
}

/** A form that hands over what was typed. The page has `form-action 'none'`: nothing is ever submitted anywhere. */
export const form = (onSubmit: (data: FormData) => void, content: TemplateResult): TemplateResult => html`
  <form
    novalidate
    autocomplete="off"
    @submit=${(e: SubmitEvent) => {
      e.preventDefault()
      onSubmit(new FormData(e.currentTarget as HTMLFormElement))
    }}
  >
    ${content}
  </form>
`

export const backButton = (ctx: ScreenContext): TemplateResult => html`
  <button type="button" class="button" @click=${() => ctx.send({ type: 'back-requested' })}>${icons.back()} ${ctx.t.common.back}</button>
`

/** Foot of a screen: the way on, the way back, and a way around. */
export const actions = (
  ctx: ScreenContext,
  options: { submit?: string; skip?: { label: string; event: IntakeEvent } } = {},
): TemplateResult => html`
  <div class="actions">
    ${options.submit ? html`<button class="button primary" type="submit">${options.submit}</button>` : nothing}
    ${backButton(ctx)}
    ${
      options.skip
        ? html`<button type="button" class="button quiet" @click=${() => options.skip && ctx.send(options.skip.event)}>
            ${options.skip.label}
          </button>`
        : nothing
    }
  </div>
`

export type Pick = { label: string; event: IntakeEvent; pressed: boolean }

/** Large buttons that answer at once. The answer given before is marked. */
export const picks = (ctx: ScreenContext, options: readonly Pick[], columns: 'one' | 'two' = 'one'): TemplateResult => html`
  <div class="choices ${columns}" role="group" aria-labelledby="heading">
    ${options.map(
      (o) => html`
        <button type="button" class="card" aria-pressed=${o.pressed ? 'true' : 'false'} @click=${() => ctx.send(o.event)}>
          <span>${o.label}</span>
        </button>
      `,
    )}
  </div>
`

/** "None of these" and the others exclude each other. */
export const keepNoneExclusive = (e: Event): void => {
  const changed = e.target as HTMLInputElement
  if (changed.type !== 'checkbox' || !changed.checked) return
  const boxes = (e.currentTarget as HTMLElement).querySelectorAll<HTMLInputElement>('input[type=checkbox]')
  const isNone = changed.value === NONE
  for (const box of boxes) if (box !== changed && (isNone || box.value === NONE)) box.checked = false
}
export const NONE = 'none-of-these'

export const checkbox = (name: string, value: string, label: string, checked: boolean, look = ''): TemplateResult => html`
  <label class="card ${look}"><input type="checkbox" name=${name} value=${value} .checked=${checked} /><span>${label}</span></label>
`
export const radio = (name: string, value: string, label: string, checked: boolean, look = 'small'): TemplateResult => html`
  <label class="card ${look}"><input type="radio" name=${name} value=${value} .checked=${checked} /><span>${label}</span></label>
`
