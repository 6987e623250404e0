import { html, nothing } from 'lit'
import { type UnderstoodItem, understoodItems } from '#domain/intake/understood.ts'
import { WORDS_LIMIT } from '#domain/intake/update.ts'
import { icons } from '../../elements/icons.ts'
import {
  actions,
  describedBy,
  errorLine,
  form,
  heading,
  isInvalid,
  type Screen,
  type ScreenContext,
  upperFirst,
} from './screen.ts'

/** Counts only near the limit: nobody in pain should mind a counter. */
const countInto = (ctx: ScreenContext) => (e: Event) => {
  const area = e.target as HTMLTextAreaElement
  const out = area.parentElement?.querySelector('output')
  const used = area.value.length
  if (out) out.textContent = used > WORDS_LIMIT * 0.8 ? ctx.t.words.count(used, WORDS_LIMIT) : ''
}

export const wordsScreen: Screen = (ctx) => {
  const { model, t, self, send } = ctx
  return form(
    (data) => send({ type: 'words-submitted', words: String(data.get('words') ?? '') }),
    html`
      ${heading(t.words.heading(self))}
      <div class="field">
        <label for="words">${t.words.label}</label>
        <p class="help" id="words-help">${t.words.help}<br />${t.words.example}</p>
        ${errorLine(ctx, 'words')}
        <textarea id="words" name="words" rows="7" spellcheck="false" .value=${model.words} @input=${countInto(ctx)}
          aria-invalid=${isInvalid(ctx, 'words')} aria-describedby=${describedBy(ctx, 'words', 'words-help')}></textarea>
        <output class="help" for="words"></output>
      </div>
      ${actions(ctx, { submit: t.common.continue })}
    `,
  )
}

/** A second or two; there is nothing to do but to wait, or to go back to the words. */
export const readingScreen: Screen = (ctx) => html`
  ${heading(ctx.t.reading.heading)}
  <p class="lead" role="status">${ctx.t.reading.lead}</p>
  <progress class="busy" aria-label=${ctx.t.reading.heading}></progress>
  ${actions(ctx)}
`

const item = (ctx: ScreenContext, i: UnderstoodItem) => {
  const { t, model, send } = ctx
  const label = upperFirst(i.label[model.language])
  const other = i.unsure ? t.confirm.meant : t.confirm.undo
  return html`
    <li class="understood" data-kept=${i.kept ? 'yes' : i.unsure ? 'maybe' : 'no'}>
      <div>
        <p class="understood-label">${i.kept || i.unsure ? nothing : html`<span class="tag">${t.confirm.removed}</span> `}<span>${label}</span></p>
        <p class="help">${t.confirm.quote} <q>${i.quote}</q></p>
        ${i.conflicting && i.kept ? html`<p class="notice">${t.confirm.conflict}</p>` : nothing}
        ${i.unsure && !i.kept ? html`<p class="notice">${t.confirm.unsure}</p>` : nothing}
      </div>
      <button type="button" class="button" aria-label=${`${i.kept ? t.confirm.wrong : other}: ${label}`}
        @click=${() => send({ type: i.kept ? 'item-rejected' : 'item-restored', code: i.code })}>
        ${i.kept ? html`${icons.cross()} ${t.confirm.wrong}` : other}
      </button>
    </li>
  `
}

const list = (ctx: ScreenContext, title: string, items: readonly UnderstoodItem[]) =>
  items.length === 0
    ? nothing
    : html`<section class="part"><h2>${title}</h2><ul class="plain">${items.map((i) => item(ctx, i))}</ul></section>`

export const confirmScreen: Screen = (ctx) => {
  const { model, t, self, send, content } = ctx
  const items = understoodItems(model, content.lexicon)
  return html`
    ${heading(t.confirm.heading)}
    <p class="lead">${items.length > 0 ? t.confirm.lead : t.confirm.nothing}</p>
    ${list(
      ctx,
      self ? t.confirm.present : t.confirm.presentOther,
      items.filter((i) => i.status === 'present'),
    )}
    ${list(
      ctx,
      self ? t.confirm.absent : t.confirm.absentOther,
      items.filter((i) => i.status === 'absent'),
    )}
    <details class="part" ?open=${model.error?.field === 'more-words'}>
      <summary>${t.confirm.more}</summary>
      ${form(
        (data) => send({ type: 'words-added', words: String(data.get('more-words') ?? '') }),
        html`
          <div class="field">
            <label for="more-words">${t.confirm.moreHelp}</label>
            ${errorLine(ctx, 'more-words')}
            <textarea id="more-words" name="more-words" rows="3" spellcheck="false"
              aria-invalid=${isInvalid(ctx, 'more-words')} aria-describedby=${describedBy(ctx, 'more-words')}></textarea>
          </div>
          <p><button type="submit" class="button">${t.confirm.addMore}</button></p>
        `,
      )}
    </details>
    <div class="actions">
      <button type="button" class="button primary" @click=${() => send({ type: 'understood-confirmed' })}>${t.confirm.continue}</button>
      <button type="button" class="button" @click=${() => send({ type: 'back-requested' })}>${icons.back()} ${t.common.back}</button>
    </div>
  `
}
