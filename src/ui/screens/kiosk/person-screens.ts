import { html } from 'lit'
import { type AgeUnit, AgeUnit as AgeUnits, Relation } from '#contracts/clinical/profile.ts'
import { actions, describedBy, errorLine, form, heading, isInvalid, picks, type Screen } from './screen.ts'

export const whoScreen: Screen = (ctx) => {
  const { model, t, send } = ctx
  return html`
    ${heading(t.who.heading)}
    <div class="choices" role="group" aria-labelledby="heading">
      <button type="button" class="card" aria-pressed=${model.reporter === 'patient' ? 'true' : 'false'}
        @click=${() => send({ type: 'who-answered', who: 'self' })}><span>${t.who.self}</span></button>
    </div>
    <section class="part" aria-labelledby="other">
      <h2 id="other">${t.who.other}</h2>
      <p class="help">${t.who.relationHeading} ${t.who.relationLead}</p>
      <div class="choices two" role="group" aria-labelledby="other">
        ${Relation.options.map(
          (relation) => html`
            <button type="button" class="card small" aria-pressed=${model.relation === relation ? 'true' : 'false'}
              @click=${() => send({ type: 'who-answered', who: 'other', relation })}><span>${t.who.relations[relation]}</span></button>
          `,
        )}
      </div>
    </section>
    ${actions(ctx)}
  `
}

export const ageScreen: Screen = (ctx) => {
  const { model, t, self, send } = ctx
  const known = model.age !== null && model.age !== 'unknown' ? model.age : null
  return form(
    (data) =>
      send({ type: 'age-entered', value: String(data.get('age') ?? ''), unit: String(data.get('unit') ?? 'year') as AgeUnit }),
    html`
      ${heading(t.age.heading(self))}
      <div class="row">
        <div class="field">
          <label for="age">${t.age.label}</label>
          <input id="age" name="age" inputmode="decimal" maxlength="5" .value=${known ? String(known.value) : ''}
            aria-invalid=${isInvalid(ctx, 'age')} aria-describedby=${describedBy(ctx, 'age')} />
        </div>
        <div class="field">
          <label for="unit">${t.age.unit}</label>
          <select id="unit" name="unit">
            ${AgeUnits.options.map((u) => html`<option value=${u} ?selected=${(known?.unit ?? 'year') === u}>${t.age.units[u]}</option>`)}
          </select>
        </div>
      </div>
      ${errorLine(ctx, 'age', t.age.label)}
      ${actions(ctx, { submit: t.common.continue, skip: { label: t.age.skip, event: { type: 'age-skipped' } } })}
    `,
  )
}

export const sexScreen: Screen = (ctx) => {
  const { model, t, self } = ctx
  return html`
    ${heading(t.sex.heading(self))}
    <p class="help">${t.sex.help}</p>
    ${picks(
      ctx,
      (['female', 'male', 'unknown'] as const).map((sex) => ({
        label: t.sex[sex],
        event: { type: 'sex-answered', sex },
        pressed: model.sex === sex,
      })),
    )}
    ${actions(ctx)}
  `
}

export const pregnancyScreen: Screen = (ctx) => {
  const { model, t, self } = ctx
  const options = [
    ['present', t.common.yes],
    ['absent', t.common.no],
    ['unknown', t.common.notSure],
  ] as const
  return html`
    ${heading(t.pregnancy.heading(self))}
    <p class="help">${t.pregnancy.help}</p>
    ${picks(
      ctx,
      options.map(([status, label]) => ({
        label,
        event: { type: 'pregnancy-answered', status },
        pressed: model.pregnancy === status,
      })),
    )}
    ${actions(ctx)}
  `
}
