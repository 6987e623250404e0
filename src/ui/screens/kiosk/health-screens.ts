import { html } from 'lit'
import { type HistoryGroup, historyOptions } from '#domain/intake/history.ts'
import type { VitalName } from '#domain/intake/model.ts'
import { VITAL_NAMES } from '#domain/intake/read-numbers.ts'
import { NOTE_LIMIT } from '#domain/intake/update.ts'
import { statusOf } from '#domain/triage/facts.ts'
import {
  actions,
  checkbox,
  describedBy,
  errorLine,
  form,
  heading,
  isInvalid,
  keepNoneExclusive,
  NONE,
  radio,
  type Screen,
  type ScreenContext,
  upperFirst,
} from './screen.ts'

const note = (ctx: ScreenContext, name: 'medications' | 'allergies') => {
  const { history } = ctx.t
  return html`
    <div class="field part">
      <label for=${name}>${history[name]}</label>
      <p class="help" id="${name}-help">${name === 'medications' ? history.medicationsHelp : history.allergiesHelp}</p>
      ${errorLine(ctx, name)}
      <textarea id=${name} name=${name} rows="2" maxlength=${NOTE_LIMIT} spellcheck="false" .value=${ctx.model.history[name]}
        aria-invalid=${isInvalid(ctx, name)} aria-describedby=${describedBy(ctx, name, `${name}-help`)}></textarea>
    </div>
  `
}

/** Background: what the words already told is ticked. */
export const historyScreen: Screen = (ctx) => {
  const { model, derived, t, self, send, content } = ctx
  const options = historyOptions(derived.profile, content.lexicon)
  const chosen = model.history.conditions
  const ticked = (code: string): boolean => (chosen ? chosen.includes(code) : statusOf(derived.facts, code) === 'present')
  const groups = [...new Set(options.map((o) => o.group))] as HistoryGroup[]
  return form(
    (data) => {
      const conditions = data.getAll('conditions').map(String)
      if (conditions.length === 0) return send({ type: 'choice-missing', field: 'conditions' })
      send({
        type: 'history-entered',
        conditions: conditions.filter((c) => c !== NONE),
        medications: String(data.get('medications') ?? ''),
        allergies: String(data.get('allergies') ?? ''),
      })
    },
    html`
      ${heading(t.history.heading(self))}
      <p class="help">${t.history.lead}</p>
      ${errorLine(ctx, 'conditions')}
      <div class="stack" @change=${keepNoneExclusive}>
        ${groups.map(
          (group) => html`
            <fieldset class="choices two part">
              <legend>${t.history.groups[group]}</legend>
              ${options
                .filter((o) => o.group === group)
                .map((o) => checkbox('conditions', o.code, upperFirst(o.label[model.language]), ticked(o.code), 'small'))}
            </fieldset>
          `,
        )}
        <div class="choices part">${checkbox('conditions', NONE, t.common.none, chosen?.length === 0, 'small none')}</div>
      </div>
      ${note(ctx, 'medications')} ${note(ctx, 'allergies')}
      ${actions(ctx, { submit: t.common.continue, skip: { label: t.common.skipPart, event: { type: 'history-skipped' } } })}
    `,
  )
}

const shown = (ctx: ScreenContext, name: VitalName): string => {
  const value = ctx.model.vitals[name]
  return value === undefined ? '' : String(value)
}

export const vitalsScreen: Screen = (ctx) => {
  const { t, send } = ctx
  return form(
    (data) =>
      send({
        type: 'vitals-entered',
        values: Object.fromEntries(VITAL_NAMES.map((name) => [name, String(data.get(name) ?? '')])),
        temperatureUnit: data.get('temperature-unit') === 'fahrenheit' ? 'fahrenheit' : 'celsius',
      }),
    html`
      ${heading(t.vitals.heading)}
      <p class="help">${t.vitals.lead}</p>
      <div class="grid">
        ${VITAL_NAMES.map(
          (name) => html`
            <div class="field">
              <label for=${name}>${t.vitals.names[name]}</label>
              ${errorLine(ctx, name, t.vitals.names[name])}
              <input id=${name} name=${name} inputmode="decimal" maxlength="6" .value=${shown(ctx, name)}
                aria-invalid=${isInvalid(ctx, name)} aria-describedby=${describedBy(ctx, name)} />
            </div>
          `,
        )}
        <fieldset class="choices two">
          <legend class="like-label">${t.vitals.unit}</legend>
          ${radio('temperature-unit', 'celsius', t.question.degrees.celsius, true)}
          ${radio('temperature-unit', 'fahrenheit', t.question.degrees.fahrenheit, false)}
        </fieldset>
      </div>
      ${actions(ctx, { submit: t.common.continue, skip: { label: t.vitals.skip, event: { type: 'vitals-skipped' } } })}
    `,
  )
}
