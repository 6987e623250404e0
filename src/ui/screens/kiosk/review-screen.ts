import { html, nothing, type TemplateResult } from 'lit'
import { applyAnswer } from '#domain/intake/answer.ts'
import type { IntakeEvent } from '#domain/intake/events.ts'
import { pregnancyPossible } from '#domain/intake/history.ts'
import { VITAL_NAMES } from '#domain/intake/read-numbers.ts'
import { understoodItems } from '#domain/intake/understood.ts'
import { backButton, heading, type Screen, type ScreenContext, upperFirst } from './screen.ts'

type Row = { name: string; value: string | TemplateResult; edit: Extract<IntakeEvent, { type: 'edit-requested' }> }

const row = (ctx: ScreenContext, { name, value, edit }: Row): TemplateResult => html`
  <div class="answer">
    <dt>${name}</dt>
    <dd>${value === '' ? html`<span class="help">${ctx.t.review.empty}</span>` : value}</dd>
    <dd class="change">
      <button type="button" class="button quiet" aria-label=${`${ctx.t.common.change}: ${name}`} @click=${() => ctx.send(edit)}>
        ${ctx.t.common.change}
      </button>
    </dd>
  </div>
`

const personRows = ({ model, derived, t }: ScreenContext): Row[] => {
  const who = model.relation ? t.who.relations[model.relation] : model.reporter === 'patient' ? t.review.whoSelf : t.who.other
  const age = model.age && model.age !== 'unknown' ? t.review.ageText(model.age.value, model.age.unit) : ''
  const pregnancy = { present: t.common.yes, absent: t.common.no, unknown: t.common.notSure }
  return [
    { name: t.review.who, value: who, edit: { type: 'edit-requested', step: 'who' } },
    { name: t.review.age, value: age, edit: { type: 'edit-requested', step: 'age' } },
    { name: t.review.sex, value: model.sex ? t.sex[model.sex] : '', edit: { type: 'edit-requested', step: 'sex' } },
    ...(pregnancyPossible(derived.profile) && model.pregnancy
      ? [
          {
            name: t.review.pregnancy,
            value: pregnancy[model.pregnancy],
            edit: { type: 'edit-requested', step: 'pregnancy' } as const,
          },
        ]
      : []),
  ]
}

const wordRows = ({ model, t, content }: ScreenContext): Row[] => {
  const items = understoodItems(model, content.lexicon).filter((i) => i.kept)
  const line = (status: 'present' | 'absent'): string =>
    items
      .filter((i) => i.status === status)
      .map((i) => `${status === 'absent' ? `${t.common.no}: ` : ''}${i.label[model.language]}`)
      .join('; ')
  return [
    {
      name: t.review.words,
      value: html`<q class="own-words">${model.words}</q>`,
      edit: { type: 'edit-requested', step: 'words' },
    },
    {
      name: t.review.understood,
      value: [line('present'), line('absent')].filter((l) => l !== '').join('; '),
      edit: { type: 'edit-requested', step: 'confirm' },
    },
  ]
}

const questionRows = ({ model, derived }: ScreenContext): Row[] =>
  derived.active.map(({ question, answered }) => ({
    name: question.text[model.language],
    value: applyAnswer(question, answered.answer, model.language).text,
    edit: {
      type: 'edit-requested',
      step: 'question',
      question: { protocolId: answered.protocolId, questionId: answered.questionId },
    },
  }))

const healthRows = ({ model, t, content }: ScreenContext): Row[] => {
  const { conditions, medications, allergies } = model.history
  const labels = (conditions ?? []).map((c) => content.lexicon.find((e) => e.code === c)?.label[model.language] ?? c)
  const history = conditions === null ? '' : conditions.length === 0 ? t.common.none : upperFirst(labels.join('; '))
  const vitals = VITAL_NAMES.flatMap((n) => (model.vitals[n] === undefined ? [] : [`${t.vitals.names[n]}: ${model.vitals[n]}`]))
  return [
    { name: t.review.history, value: history, edit: { type: 'edit-requested', step: 'history' } },
    { name: t.review.medications, value: medications, edit: { type: 'edit-requested', step: 'history' } },
    { name: t.review.allergies, value: allergies, edit: { type: 'edit-requested', step: 'history' } },
    { name: t.review.vitals, value: vitals.join('; '), edit: { type: 'edit-requested', step: 'vitals' } },
  ]
}

const section = (ctx: ScreenContext, title: string, rows: readonly Row[]) =>
  rows.length === 0
    ? nothing
    : html`<section class="part"><h2>${title}</h2><dl class="answers">${rows.map((r) => row(ctx, r))}</dl></section>`

/** Everything that goes to the nurse, in the patient's reach for one last time. */
export const reviewScreen: Screen = (ctx) => {
  const { t, send } = ctx
  return html`
    ${heading(t.review.heading)}
    <p class="lead">${t.review.lead}</p>
    ${section(ctx, t.stages[1] ?? '', personRows(ctx))} ${section(ctx, t.stages[2] ?? '', wordRows(ctx))}
    ${section(ctx, t.review.questions, questionRows(ctx))} ${section(ctx, t.stages[4] ?? '', healthRows(ctx))}
    <div class="actions">
      <button type="button" class="button primary" @click=${() => send({ type: 'send-requested' })}>${t.review.send}</button>
      ${backButton(ctx)}
    </div>
  `
}
