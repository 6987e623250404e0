import type { Relation } from '#contracts/clinical/profile.ts'
import type { IntakeError } from '#domain/intake/model.ts'

const field = (name: string): string => (name === '' ? 'this' : name)

/** Every text of the kiosk in English. Short words, short sentences. The Spanish table has the same shape or does not build. */
export const en = {
  languageName: 'English',
  pageTitle: 'Check in for your visit',
  brand: 'Anteroom',
  chooseLanguage: 'Language',
  common: {
    continue: 'Continue',
    back: 'Back',
    skip: 'Skip this question',
    skipPart: 'Skip this part',
    yes: 'Yes',
    no: 'No',
    notSure: 'Not sure',
    none: 'None of these',
    change: 'Change',
    chooseAll: 'Choose all that fit.',
    loading: 'Please wait',
  },
  stages: ['Start', 'About you', 'Your symptoms', 'Questions', 'Your health', 'Check and send'] as readonly string[],
  progress: (n: number, of: number, name: string): string => `Part ${n} of ${of}: ${name}`,
  language: {
    heading: 'Welcome. Tell us how you feel before your visit.',
    lead: 'It takes about 5 minutes. A nurse reads your answers before anything is decided.',
    start: 'Start in English',
    emergency: 'If you think this is an emergency, tell staff now.',
  },
  consent: {
    heading: 'Before you start',
    points: [
      'This is not a diagnosis. A nurse looks at your answers first.',
      'A computer on this device helps to sort your answers. Nothing is sent outside this clinic.',
      'Only clinic staff can read what you write. This screen keeps nothing after you finish.',
      'You can stop at any time, or call staff for help.',
    ] as readonly string[],
    agree: 'I agree, start',
    decline: 'No, I would rather talk to staff',
  },
  declined: {
    heading: 'That is fine',
    lead: 'Please go to the front desk. Staff will help you in person. Nothing was kept.',
    finish: 'Finish',
  },
  who: {
    heading: 'Who is this visit for?',
    self: 'For me',
    other: 'For someone else',
    relationHeading: 'Who are you to the patient?',
    relationLead: 'Answer the next questions about the patient.',
    relations: {
      parent: 'I am the mother or father',
      partner: 'I am the husband, wife or partner',
      child: 'I am the son or daughter',
      relative: 'Another relative',
      carer: 'I take care of the patient',
      friend: 'A friend or neighbor',
      other: 'Someone else',
    } as Record<Relation, string>,
  },
  age: {
    heading: (self: boolean): string => (self ? 'How old are you?' : 'How old is the patient?'),
    label: 'Age',
    unit: 'Count in',
    units: { year: 'Years', month: 'Months', week: 'Weeks', day: 'Days' },
    skip: 'I do not know',
  },
  sex: {
    heading: (self: boolean): string => (self ? 'What sex were you given at birth?' : 'What sex was the patient given at birth?'),
    help: 'Some health questions depend on this.',
    female: 'Female',
    male: 'Male',
    unknown: 'I would rather not say',
  },
  pregnancy: {
    heading: (self: boolean): string =>
      self ? 'Are you pregnant, or could you be?' : 'Is the patient pregnant, or could she be?',
    help: 'This can change how soon someone should see you.',
  },
  words: {
    heading: (self: boolean): string => (self ? 'What is wrong today?' : 'What is wrong with the patient today?'),
    label: 'Use your own words',
    help: 'Say what you feel, where it is, when it began, and what makes it better or worse.',
    example: 'For example: “My throat has been sore for 3 days and it hurts to swallow. No fever.”',
    count: (used: number, of: number): string => `${used} of ${of} letters used`,
  },
  reading: { heading: 'Reading what you wrote', lead: 'This takes a moment.' },
  confirm: {
    heading: 'Did we get this right?',
    lead: 'This is what we understood. Mark what is not right.',
    present: 'You have:',
    absent: 'You do not have:',
    presentOther: 'The patient has:',
    absentOther: 'The patient does not have:',
    quote: 'From your words:',
    meant: 'Yes, this too',
    unsure: 'Is this what you meant?',
    conflict: 'You wrote both yes and no about this. If you do not have it now, mark it as not right.',
    wrong: 'Not right',
    undo: 'Put it back',
    removed: 'Taken out',
    nothing: 'We did not find a symptom we know in your words. That is fine. Staff will read them just as you wrote them.',
    more: 'Anything to add?',
    moreHelp: 'Write it in your own words. We keep what you wrote before.',
    addMore: 'Add this',
    continue: 'This is right, go on',
  },
  question: {
    number: 'Number',
    hours: { hour: 'Hours', day: 'Days', week: 'Weeks', month: 'Months' },
    unit: 'Count in',
    degrees: { celsius: '°C (Celsius)', fahrenheit: '°F (Fahrenheit)' },
    painLow: '0 is no pain',
    painHigh: '10 is the worst pain',
  },
  history: {
    heading: (self: boolean): string => (self ? 'Your health before today' : 'The patient’s health before today'),
    lead: 'Choose all that fit.',
    groups: { conditions: 'Health problems', treatments: 'Treatments', situation: 'Other things that matter' },
    medications: 'Which medicines are taken now?',
    medicationsHelp: 'Names are enough. You can leave this empty.',
    allergies: 'Any allergies?',
    allergiesHelp: 'For example medicines, food or latex. You can leave this empty.',
  },
  vitals: {
    heading: 'Do you have any of these numbers?',
    lead: 'Only if you measured them today. Leave the rest empty.',
    names: {
      temperature_c: 'Temperature',
      heart_rate: 'Pulse (beats in a minute)',
      spo2: 'Oxygen (%)',
      systolic: 'Blood pressure: upper number',
      diastolic: 'Blood pressure: lower number',
      respiratory_rate: 'Breaths in a minute',
    },
    unit: 'Temperature in',
    skip: 'I have none of these',
  },
  review: {
    heading: 'Check your answers',
    lead: 'Change anything that is not right. Then send it to the nurse.',
    who: 'Visit for',
    whoSelf: 'Me',
    age: 'Age',
    sex: 'Sex at birth',
    pregnancy: 'Pregnant',
    words: 'In your own words',
    understood: 'What we understood',
    questions: 'Your answers',
    history: 'Health before today',
    medications: 'Medicines',
    allergies: 'Allergies',
    vitals: 'Numbers',
    empty: 'Not given',
    ageText: (value: number, unit: 'year' | 'month' | 'week' | 'day'): string => `${value} ${unit}${value === 1 ? '' : 's'}`,
    send: 'Send to the nurse',
  },
  sending: {
    heading: 'Sending your answers',
    lead: 'Please wait. This can take a minute. You do not need to do anything.',
    failed: 'Your answers could not be sent',
    failedLead: 'Your answers are still here. Try again, or tell staff at the front desk.',
    retry: 'Try again',
  },
  done: {
    heading: 'Thank you. Your answers are with the nurse.',
    keptHeading: 'Thank you. Your answers are on their way.',
    keptLead: 'They are safe on this device, but the nurse does not have them yet. Please tell the front desk that you are here.',
    ticket: 'Your visit code',
    lead: 'Please take a seat. A nurse reads your answers and will call you.',
    worse: 'If you feel worse, tell staff right away. Do not wait.',
    finish: 'Finish and clear this screen',
  },
  emergency: {
    heading: 'Tell staff now',
    lead: 'Please show this screen to staff, or call out to them. Do this now. Do not leave the clinic.',
    sending: 'We are calling staff to you.',
    sent: 'Staff have been called to this screen.',
    failed: 'We could not call staff from here. Go to the front desk or call out for help.',
    again: 'Call staff again',
    finish: 'Staff are with me',
  },
  staff: {
    call: 'Call staff',
    askHeading: 'Do you need a person?',
    askLead: 'We will ask staff to come to you. Your answers stay here.',
    confirm: 'Yes, call staff',
    cancel: 'No, go back',
    sending: 'Calling staff',
    sentHeading: 'Staff are coming',
    sentLead: 'Please stay here. You can go on with your answers.',
    failedHeading: 'We could not call staff from here',
    failedLead: 'Please go to the front desk, or try again.',
    again: 'Try again',
    close: 'Back to my answers',
  },
  idle: {
    heading: 'Are you still there?',
    lead: (seconds: number): string =>
      `To keep your answers private, this screen clears in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    more: 'I need more time',
    clear: 'Clear my answers now',
    cleared: 'Clearing your answers',
  },
  error: (e: IntakeError, name: string): string => {
    switch (e.code) {
      case 'required':
        return e.field === 'words' || e.field === 'more-words'
          ? 'Write a few words, then go on.'
          : e.field === 'age'
            ? 'Enter the age, or choose “I do not know”.'
            : 'Choose an answer, or skip.'
      case 'not-a-number':
        return `Use numbers only for ${field(name)}. For example 38.5.`
      case 'out-of-range':
        return `Check ${field(name)}. It should be from ${e.min ?? 0} to ${e.max ?? 0}.`
      case 'too-long':
        return `This is too long. Use up to ${e.max ?? 0} letters.`
      case 'pair-incomplete':
        return 'Blood pressure needs both numbers. Enter both, or leave both empty.'
    }
  },
}

/** The shape every language must have. */
export type KioskText = typeof en
