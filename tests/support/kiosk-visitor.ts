import { expect as expectAtOnce, type Locator, type Page } from '@playwright/test'

const expect = expectAtOnce.configure({ timeout: 20_000 })

/** What the visitor looks for, as it stands on the screen. */
const SAYS = {
  en: {
    start: 'Start in English',
    agree: 'I agree, start',
    self: 'For me',
    parent: 'I am the mother or father',
    age: 'Age',
    sex: { female: 'Female', male: 'Male' },
    pregnant: 'Are you pregnant, or could you be?',
    no: 'No',
    words: 'Use your own words',
    continue: 'Continue',
    reading: 'Reading what you wrote',
    understood: 'This is right, go on',
    skip: 'Skip this question',
    none: 'None of these',
    history: /health before today$/,
    vitals: 'Do you have any of these numbers?',
    noVitals: 'I have none of these',
    review: 'Check your answers',
    send: 'Send to the nurse',
    code: 'Your visit code',
    done: 'Thank you. Your answers are with the nurse.',
    finish: 'Finish and clear this screen',
    emergency: 'Tell staff now',
    decline: 'No, I would rather talk to staff',
    declined: 'Finish',
    callStaff: 'Call staff',
    example: 'My throat has been sore for 3 days and it hurts to swallow. I have a cough. No fever.',
    redFlag: 'I have crushing pain in my chest and I am sweating. It goes into my left arm.',
  },
  es: {
    start: 'Empezar en español',
    agree: 'Estoy de acuerdo, empezar',
    self: 'Para mí',
    parent: 'Soy la madre o el padre',
    age: 'Edad',
    sex: { female: 'Femenino', male: 'Masculino' },
    pregnant: '¿Está embarazada o podría estarlo?',
    no: 'No',
    words: 'Use sus propias palabras',
    continue: 'Continuar',
    reading: 'Leyendo lo que escribió',
    understood: 'Es correcto, seguir',
    skip: 'Saltar esta pregunta',
    none: 'Nada de esto',
    history: /[Ss]alud .*antes de hoy$/,
    vitals: '¿Tiene alguno de estos números?',
    noVitals: 'No tengo ninguno',
    review: 'Revise sus respuestas',
    send: 'Enviar a la enfermera',
    code: 'El código de su visita',
    done: 'Gracias. La enfermera ya tiene sus respuestas.',
    finish: 'Terminar y borrar esta pantalla',
    emergency: 'Avise al personal ahora',
    decline: 'No, prefiero hablar con el personal',
    declined: 'Terminar',
    callStaff: 'Llamar al personal',
    example: 'Me duele la garganta desde hace 3 días y me cuesta tragar. Tengo tos. No tengo fiebre.',
    redFlag: 'Tengo un dolor opresivo en el pecho, estoy sudando y me baja por el brazo izquierdo.',
  },
} as const

export type Person = { age: string; sex: 'female' | 'male'; words: string }
/** Answers by a pattern of the question: a button, an option, or a number. What none fits is answered with no, or skipped. */
export type Answers = readonly (readonly [question: RegExp, answer: string])[]

/** Somebody at the kiosk, who knows only what is on the screen. */
export const kioskVisitor = (page: Page, language: 'en' | 'es' = 'en') => {
  const says = SAYS[language]
  const heading = page.getByRole('heading', { level: 1 })
  const headingText = async (): Promise<string> => (await heading.textContent())?.trim() ?? ''
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true })
  /** Does something and waits until another screen is there, which may have the same heading; answers its heading. */
  const turn = async (act: () => Promise<void>): Promise<string> => {
    const before = await heading.elementHandle()
    await act()
    // A page that was loaded anew meanwhile has left the screen, too: its old elements cannot be asked any more.
    await expect.poll(() => before?.evaluate((element) => element.isConnected).catch(() => false)).toBe(false)
    return headingText()
  }
  const press = (name: string): Promise<string> => turn(() => button(name).click())

  const answerOne = async (answers: Answers): Promise<void> => {
    const question = await headingText()
    const wanted = answers.find(([pattern]) => pattern.test(question))?.[1]
    const [box, field] = [page.getByRole('checkbox'), page.getByRole('textbox')]
    if ((await box.count()) > 0) {
      await page.getByRole('checkbox', { name: wanted ?? says.none }).check()
      await press(says.continue)
    } else if ((await field.count()) > 0 && wanted) {
      await field.fill(wanted)
      await press(says.continue)
    } else {
      const direct = button(wanted ?? says.no)
      await press((await direct.count()) > 0 ? (wanted ?? says.no) : says.skip)
    }
  }

  /** Consent and the person; ends at "What is wrong today?". */
  const begin = async ({ age, sex }: Pick<Person, 'age' | 'sex'>): Promise<void> => {
    await press(says.start)
    await press(says.agree)
    await press(says.self)
    await page.getByLabel(says.age, { exact: true }).fill(age)
    await press(says.continue)
    if ((await press(says.sex[sex])) === says.pregnant) await press(says.no)
  }
  /** Own words, then what was understood is confirmed; ends at the first question or at the emergency screen. */
  const tell = async (words: string): Promise<void> => {
    await page.getByLabel(says.words).fill(words)
    let shown = await press(says.continue)
    if (shown === says.reading) {
      await expect(heading).not.toHaveText(says.reading)
      shown = await headingText()
    }
    if (shown !== says.emergency) await press(says.understood)
  }
  /** Every question, the history and the numbers; ends at the review. */
  const answerAll = async (answers: Answers = []): Promise<void> => {
    for (let asked = 0; !says.history.test(await headingText()); asked++) {
      if (asked > 60) throw new Error('the questions do not end')
      await answerOne(answers)
    }
    await page.getByRole('checkbox', { name: says.none, exact: true }).check()
    await press(says.continue)
    await press(says.noVitals)
    await expect(heading).toHaveText(says.review)
  }
  /** Sends and answers the visit code from the last screen. */
  const send = async (): Promise<string> => {
    await button(says.send).click()
    await expect(button(says.finish)).toBeVisible({ timeout: 90_000 })
    return (await page.getByRole('paragraph').filter({ hasText: says.code }).locator('strong').textContent()) ?? ''
  }
  return {
    says,
    heading,
    button,
    turn,
    press,
    begin,
    tell,
    answerOne,
    answerAll,
    send,
    /** From the first screen to "thank you"; answers the visit code. */
    visit: async (person: Person, answers: Answers = []): Promise<string> => {
      await begin(person)
      await tell(person.words)
      await answerAll(answers)
      return send()
    },
    /** Clears the screen and waits for the next welcome. */
    leave: async (): Promise<void> => {
      await button(says.finish).click()
      await expect(button(says.start)).toBeVisible()
    },
  }
}
export type KioskVisitor = ReturnType<typeof kioskVisitor>
