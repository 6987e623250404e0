import { html, nothing, type TemplateResult } from 'lit'
import type { Question } from '#contracts/content/protocol.ts'
import type { Answer, AnswerUnit } from '#domain/intake/answer.ts'
import { readNumber } from '#domain/intake/read-numbers.ts'
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
  picks,
  radio,
  type Screen,
  type ScreenContext,
} from './screen.ts'

const answerEvent = (answer: Answer) => ({ type: 'question-answered', answer }) as const
const skipAction = (ctx: ScreenContext) => ({ label: ctx.t.common.skip, event: answerEvent({ kind: 'skipped' }) })

const head = (ctx: ScreenContext, q: Question): TemplateResult => html`
  ${heading(q.text[ctx.model.language])}
  ${q.help ? html`<p class="help" id="question-help">${q.help[ctx.model.language]}</p>` : nothing}
`

const yesNo = (ctx: ScreenContext, q: Extract<Question, { kind: 'yes-no' }>, before?: Answer): TemplateResult => {
  const { common } = ctx.t
  const options = [
    ['yes', common.yes],
    ['no', common.no],
    ['unsure', common.notSure],
  ] as const
  return html`
    ${head(ctx, q)}
    ${picks(
      ctx,
      options.map(([value, label]) => ({
        label,
        event: answerEvent({ kind: 'yes-no', value }),
        pressed: before?.kind === 'yes-no' && before.value === value,
      })),
    )}
    ${actions(ctx, { skip: skipAction(ctx) })}
  `
}

const choice = (ctx: ScreenContext, q: Extract<Question, { kind: 'choice' }>, before?: Answer): TemplateResult => html`
  ${head(ctx, q)}
  ${picks(
    ctx,
    q.options.map((o) => ({
      label: o.label[ctx.model.language],
      event: answerEvent({ kind: 'choice', option: o.id }),
      pressed: before?.kind === 'choice' && before.option === o.id,
    })),
  )}
  ${actions(ctx, { skip: skipAction(ctx) })}
`

const multi = (ctx: ScreenContext, q: Extract<Question, { kind: 'multi' }>, before?: Answer): TemplateResult => {
  const chosen = before?.kind === 'multi' ? before.options : null
  return form(
    (data) => {
      const options = data.getAll('answer').map(String)
      if (options.length === 0) ctx.send({ type: 'choice-missing', field: 'answer' })
      else ctx.send(answerEvent({ kind: 'multi', options: options.filter((o) => o !== NONE) }))
    },
    html`
      ${head(ctx, q)}
      <p class="help" id="choose-all">${ctx.t.common.chooseAll}</p>
      ${errorLine(ctx, 'answer')}
      <div class="choices" role="group" aria-labelledby="heading" aria-describedby="choose-all" @change=${keepNoneExclusive}>
        ${q.options.map((o) => checkbox('answer', o.id, o.label[ctx.model.language], chosen?.includes(o.id) ?? false))}
        ${checkbox('answer', NONE, ctx.t.common.none, chosen?.length === 0, 'none')}
      </div>
      ${actions(ctx, { submit: ctx.t.common.continue, skip: skipAction(ctx) })}
    `,
  )
}

const painScale = (ctx: ScreenContext, q: Question, before?: Answer): TemplateResult => html`
  ${head(ctx, q)}
  <div class="scale" role="group" aria-labelledby="heading">
    ${Array.from(
      { length: 11 },
      (_, n) => html`
        <button type="button" class="card" aria-pressed=${before?.kind === 'measure' && before.value === n ? 'true' : 'false'}
          @click=${() => ctx.send(answerEvent({ kind: 'measure', value: n }))}>${n}</button>
      `,
    )}
  </div>
  <p class="ends help"><span>${ctx.t.question.painLow}</span><span>${ctx.t.question.painHigh}</span></p>
  ${actions(ctx, { skip: skipAction(ctx) })}
`

const measure = (ctx: ScreenContext, q: Extract<Question, { kind: 'measure' }>, before?: Answer): TemplateResult => {
  const { question } = ctx.t
  const units: Partial<Record<AnswerUnit, string>> =
    q.measure === 'duration_hours' ? question.hours : q.measure === 'temperature_c' ? question.degrees : {}
  const known = before?.kind === 'measure' ? before : null
  const names = Object.keys(units) as AnswerUnit[]
  const chosenUnit = known?.unit ?? (q.measure === 'duration_hours' ? 'day' : names[0])
  return form(
    (data) => {
      const value = readNumber(String(data.get('answer') ?? ''))
      const unit = data.get('unit')
      ctx.send(
        answerEvent({
          kind: 'measure',
          value: value ?? Number.NaN,
          ...(unit === null ? {} : { unit: String(unit) as AnswerUnit }),
        }),
      )
    },
    html`
      ${head(ctx, q)}
      <div class="field">
        <label for="answer">${question.number}</label>
        ${errorLine(ctx, 'answer')}
        <input id="answer" name="answer" inputmode="decimal" maxlength="7" .value=${known ? String(known.value) : ''}
          aria-invalid=${isInvalid(ctx, 'answer')} aria-describedby=${describedBy(ctx, 'answer', q.help ? 'question-help' : undefined)} />
      </div>
      ${
        names.length > 0
          ? html`<fieldset class="choices two part"><legend>${question.unit}</legend>
              ${names.map((u) => radio('unit', u, units[u] ?? u, u === chosenUnit))}</fieldset>`
          : nothing
      }
      ${actions(ctx, { submit: ctx.t.common.continue, skip: skipAction(ctx) })}
    `,
  )
}

/** One question of a protocol, with the answer given before. */
export const questionScreen: Screen = (ctx) => {
  const { asking, answers } = ctx.model
  const q = ctx.content.protocols.find((p) => p.id === asking?.protocolId)?.questions.find((x) => x.id === asking?.questionId)
  if (!q) return html`${heading(ctx.t.common.loading)}`
  const before = answers.find((a) => a.protocolId === asking?.protocolId && a.questionId === asking.questionId)?.answer
  switch (q.kind) {
    case 'yes-no':
      return yesNo(ctx, q, before)
    case 'choice':
      return choice(ctx, q, before)
    case 'multi':
      return multi(ctx, q, before)
    case 'measure':
      return q.measure === 'pain_score' ? painScale(ctx, q, before) : measure(ctx, q, before)
  }
}
