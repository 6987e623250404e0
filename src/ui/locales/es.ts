import type { IntakeError } from '#domain/intake/model.ts'
import type { KioskText } from './en.ts'

/** Every text of the kiosk in Spanish. */
export const es: KioskText = {
  languageName: 'Español',
  pageTitle: 'Regístrese para su visita',
  brand: 'Anteroom',
  chooseLanguage: 'Idioma',
  common: {
    continue: 'Continuar',
    back: 'Atrás',
    skip: 'Saltar esta pregunta',
    skipPart: 'Saltar esta parte',
    yes: 'Sí',
    no: 'No',
    notSure: 'No sé',
    none: 'Nada de esto',
    change: 'Cambiar',
    chooseAll: 'Elija todo lo que corresponda.',
    loading: 'Espere, por favor',
  },
  stages: ['Inicio', 'Sobre usted', 'Sus síntomas', 'Preguntas', 'Su salud', 'Revisar y enviar'],
  progress: (n, of, name) => `Parte ${n} de ${of}: ${name}`,
  language: {
    heading: 'Bienvenido. Cuéntenos cómo se siente antes de su visita.',
    lead: 'Tarda unos 5 minutos. Una enfermera lee sus respuestas antes de decidir nada.',
    start: 'Empezar en español',
    emergency: 'Si cree que es una emergencia, avise al personal ahora.',
  },
  consent: {
    heading: 'Antes de empezar',
    points: [
      'Esto no es un diagnóstico. Una enfermera mira primero sus respuestas.',
      'Una computadora en este aparato ayuda a ordenar sus respuestas. Nada sale de esta clínica.',
      'Solo el personal de la clínica puede leer lo que escribe. Esta pantalla no guarda nada cuando termina.',
      'Puede parar cuando quiera o pedir ayuda al personal.',
    ],
    agree: 'Estoy de acuerdo, empezar',
    decline: 'No, prefiero hablar con el personal',
  },
  declined: {
    heading: 'Está bien',
    lead: 'Vaya a la recepción, por favor. El personal le ayudará en persona. No se guardó nada.',
    finish: 'Terminar',
  },
  who: {
    heading: '¿Para quién es la visita?',
    self: 'Para mí',
    other: 'Para otra persona',
    relationHeading: '¿Qué es usted del paciente?',
    relationLead: 'Conteste las próximas preguntas sobre el paciente.',
    relations: {
      parent: 'Soy la madre o el padre',
      partner: 'Soy el esposo, la esposa o la pareja',
      child: 'Soy el hijo o la hija',
      relative: 'Otro familiar',
      carer: 'Cuido al paciente',
      friend: 'Amigo, amiga o vecino',
      other: 'Otra persona',
    },
  },
  age: {
    heading: (self) => (self ? '¿Cuántos años tiene?' : '¿Qué edad tiene el paciente?'),
    label: 'Edad',
    unit: 'Contar en',
    units: { year: 'Años', month: 'Meses', week: 'Semanas', day: 'Días' },
    skip: 'No lo sé',
  },
  sex: {
    heading: (self) => (self ? '¿Qué sexo le asignaron al nacer?' : '¿Qué sexo le asignaron al paciente al nacer?'),
    help: 'Algunas preguntas de salud dependen de esto.',
    female: 'Femenino',
    male: 'Masculino',
    unknown: 'Prefiero no decirlo',
  },
  pregnancy: {
    heading: (self) => (self ? '¿Está embarazada o podría estarlo?' : '¿La paciente está embarazada o podría estarlo?'),
    help: 'Esto puede cambiar qué tan pronto debe verle alguien.',
  },
  words: {
    heading: (self) => (self ? '¿Qué le pasa hoy?' : '¿Qué le pasa hoy al paciente?'),
    label: 'Use sus propias palabras',
    help: 'Diga qué siente, dónde, cuándo empezó y qué lo mejora o lo empeora.',
    example: 'Por ejemplo: “Me duele la garganta desde hace 3 días y me cuesta tragar. No tengo fiebre.”',
    count: (used, of) => `${used} de ${of} letras usadas`,
  },
  reading: { heading: 'Leyendo lo que escribió', lead: 'Tardará un momento.' },
  confirm: {
    heading: '¿Entendimos bien?',
    lead: 'Esto es lo que entendimos. Marque lo que no es correcto.',
    present: 'Usted tiene:',
    absent: 'Usted no tiene:',
    presentOther: 'El paciente tiene:',
    absentOther: 'El paciente no tiene:',
    quote: 'De sus palabras:',
    meant: 'Sí, esto también',
    unsure: '¿Es esto lo que quiso decir?',
    conflict: 'Escribió que sí y que no sobre esto. Si ahora no lo tiene, márquelo como no correcto.',
    wrong: 'No es correcto',
    undo: 'Volver a ponerlo',
    removed: 'Quitado',
    nothing: 'No encontramos en sus palabras un síntoma que conozcamos. No importa. El personal las leerá tal como las escribió.',
    more: '¿Algo que agregar?',
    moreHelp: 'Escríbalo con sus palabras. Guardamos lo que escribió antes.',
    addMore: 'Agregar esto',
    continue: 'Es correcto, seguir',
  },
  question: {
    number: 'Número',
    hours: { hour: 'Horas', day: 'Días', week: 'Semanas', month: 'Meses' },
    unit: 'Contar en',
    degrees: { celsius: '°C (Celsius)', fahrenheit: '°F (Fahrenheit)' },
    painLow: '0 es sin dolor',
    painHigh: '10 es el peor dolor',
  },
  history: {
    heading: (self) => (self ? 'Su salud antes de hoy' : 'La salud del paciente antes de hoy'),
    lead: 'Elija todo lo que corresponda.',
    groups: { conditions: 'Problemas de salud', treatments: 'Tratamientos', situation: 'Otras cosas importantes' },
    medications: '¿Qué medicinas toma ahora?',
    medicationsHelp: 'Bastan los nombres. Puede dejarlo vacío.',
    allergies: '¿Alguna alergia?',
    allergiesHelp: 'Por ejemplo a medicinas, alimentos o látex. Puede dejarlo vacío.',
  },
  vitals: {
    heading: '¿Tiene alguno de estos números?',
    lead: 'Solo si los midió hoy. Deje vacío lo demás.',
    names: {
      temperature_c: 'Temperatura',
      heart_rate: 'Pulso (latidos por minuto)',
      spo2: 'Oxígeno (%)',
      systolic: 'Presión: número de arriba',
      diastolic: 'Presión: número de abajo',
      respiratory_rate: 'Respiraciones por minuto',
    },
    unit: 'Temperatura en',
    skip: 'No tengo ninguno',
  },
  review: {
    heading: 'Revise sus respuestas',
    lead: 'Cambie lo que no esté bien. Luego envíelo a la enfermera.',
    who: 'La visita es para',
    whoSelf: 'Mí',
    age: 'Edad',
    sex: 'Sexo al nacer',
    pregnancy: 'Embarazo',
    words: 'Con sus propias palabras',
    understood: 'Lo que entendimos',
    questions: 'Sus respuestas',
    history: 'Salud antes de hoy',
    medications: 'Medicinas',
    allergies: 'Alergias',
    vitals: 'Números',
    empty: 'Sin dato',
    ageText: (value, unit) => {
      const names = { year: ['año', 'años'], month: ['mes', 'meses'], week: ['semana', 'semanas'], day: ['día', 'días'] } as const
      return `${value} ${names[unit][value === 1 ? 0 : 1]}`
    },
    send: 'Enviar a la enfermera',
  },
  sending: {
    heading: 'Enviando sus respuestas',
    lead: 'Espere, por favor. Puede tardar un minuto. No tiene que hacer nada.',
    failed: 'No se pudieron enviar sus respuestas',
    failedLead: 'Sus respuestas siguen aquí. Intente otra vez o avise en la recepción.',
    retry: 'Intentar otra vez',
  },
  done: {
    heading: 'Gracias. La enfermera ya tiene sus respuestas.',
    keptHeading: 'Gracias. Sus respuestas están en camino.',
    keptLead:
      'Están guardadas en este aparato, pero la enfermera todavía no las tiene. Avise en la recepción que usted está aquí.',
    ticket: 'El código de su visita',
    lead: 'Tome asiento, por favor. Una enfermera lee sus respuestas y le llamará.',
    worse: 'Si se siente peor, avise al personal enseguida. No espere.',
    finish: 'Terminar y borrar esta pantalla',
  },
  emergency: {
    heading: 'Avise al personal ahora',
    lead: 'Muestre esta pantalla al personal o llámelo en voz alta. Hágalo ahora. No salga de la clínica.',
    sending: 'Estamos llamando al personal.',
    sent: 'Ya avisamos al personal para que venga a esta pantalla.',
    failed: 'No pudimos avisar desde aquí. Vaya a la recepción o pida ayuda en voz alta.',
    again: 'Llamar otra vez',
    finish: 'El personal ya está conmigo',
  },
  staff: {
    call: 'Llamar al personal',
    askHeading: '¿Necesita a una persona?',
    askLead: 'Pediremos al personal que venga. Sus respuestas se quedan aquí.',
    confirm: 'Sí, llamar',
    cancel: 'No, volver',
    sending: 'Llamando al personal',
    sentHeading: 'El personal ya viene',
    sentLead: 'Quédese aquí, por favor. Puede seguir con sus respuestas.',
    failedHeading: 'No pudimos llamar desde aquí',
    failedLead: 'Vaya a la recepción, por favor, o intente otra vez.',
    again: 'Intentar otra vez',
    close: 'Volver a mis respuestas',
  },
  idle: {
    heading: '¿Sigue ahí?',
    lead: (seconds) =>
      `Para proteger su privacidad, esta pantalla se borra en ${seconds} ${seconds === 1 ? 'segundo' : 'segundos'}.`,
    more: 'Necesito más tiempo',
    clear: 'Borrar mis respuestas ahora',
    cleared: 'Borrando sus respuestas',
  },
  error: (e: IntakeError, name: string): string => {
    const what = name === '' ? 'esto' : name
    switch (e.code) {
      case 'required':
        return e.field === 'words' || e.field === 'more-words'
          ? 'Escriba unas palabras y luego siga.'
          : e.field === 'age'
            ? 'Escriba la edad o elija “No lo sé”.'
            : 'Elija una respuesta o sáltela.'
      case 'not-a-number':
        return `Use solo números en ${what}. Por ejemplo 38.5.`
      case 'out-of-range':
        return `Revise ${what}. Debe ser de ${e.min ?? 0} a ${e.max ?? 0}.`
      case 'too-long':
        return `Es muy largo. Use hasta ${e.max ?? 0} letras.`
      case 'pair-incomplete':
        return 'La presión necesita los dos números. Escriba los dos o deje los dos vacíos.'
    }
  },
}
