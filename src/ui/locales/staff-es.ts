import type { Fault } from '#app/staff/staff-model.ts'
import type { StaffRole } from '#contracts/clinical/review.ts'
import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import { formatDate, formatDateTime } from './format-date.ts'
import type { StaffText } from './staff-en.ts'
import { staffPacketEs } from './staff-packet-es.ts'

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

const waited = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'menos de 1 min'
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${String(minutes % 60).padStart(2, '0')} min` : plural(Math.floor(hours / 24), 'día', 'días')
}

const first = 'Otra persona tomó este paquete antes. Su nombre aparece arriba.'
const moved = 'Este paquete ya avanzó: otra persona fue más rápida. El estado de arriba es el actual.'
const notHolder = 'Ya no tiene este paquete. Tómelo de nuevo antes de decidir.'

const fault = (f: Fault): string => {
  switch (f.type) {
    case 'offline':
      return 'No se puede llegar al servidor de la clínica. Revise la red; no se ha perdido nada.'
    case 'timeout':
      return 'El servidor de la clínica no respondió a tiempo. Inténtelo de nuevo.'
    case 'unexpected-answer':
      return 'El servidor respondió de forma desconocida. Recargue la página; si sigue, avise a administración.'
    case 'already-claimed':
      return first
    case 'illegal-transition':
      return moved
    case 'not-claim-holder':
      return notHolder
    case 'role-not-allowed':
      return f.role === 'admin' ? 'Administración no revisa paquetes.' : 'Este paquete se derivó. Debe tomarlo un médico.'
    case 'reason-required':
      return 'Escriba un motivo. Se firma con su decisión.'
    case 'reason-too-long':
      return `El motivo es demasiado largo. Puede tener ${f.max} caracteres.`
    case 'level-not-changed':
      return 'Elija un nivel distinto del propuesto, o acéptelo.'
    case 'level-changed':
      return 'Para poner otro nivel, elija «Cambiar el nivel».'
    case 'no-epoch-key':
      return 'Está sellado con una clave que usted no tiene. Avise a administración; vea al paciente en persona.'
    case 'packet-damaged':
      return 'Este paquete no se puede leer. Vea al paciente en persona y avise a administración.'
    case 'routing-altered':
      return 'Este paquete se alteró en el camino y no se muestra. Vea al paciente en persona y avise a administración.'
    case 'keys-not-readable':
      return 'No se pudieron abrir sus claves. Avise a administración.'
    case 'kdf-too-weak':
      return 'El servidor pidió una protección débil para su contraseña. Se detuvo la entrada. Avise a administración.'
    case 'locked':
      return 'La sesión está cerrada. Entre de nuevo.'
    case 'status':
      if (f.code === 'already-claimed') return first
      if (f.code === 'illegal-transition') return moved
      if (f.code === 'not-claim-holder') return notHolder
      if (f.code === 'role') return 'Su función no permite esto.'
      if (f.code === 'clock-skew') return 'El reloj de este equipo se desvía más de diez minutos. Ajústelo e inténtelo de nuevo.'
      if (f.code === 'bad-credentials') return 'El usuario o la contraseña no es correcto. No se sabe nada más del motivo.'
      if (f.code === 'too-many-requests') return 'Demasiados intentos. Espere antes de intentarlo de nuevo.'
      return `El servidor se negó (${f.status}, ${f.code}). Inténtelo de nuevo; si sigue, avise a administración.`
  }
}

const kinds: Readonly<Record<LedgerEntry['kind'], string>> = {
  genesis: 'Comenzó el registro',
  'packet-received': 'Llegó un paquete',
  'packet-conflict': 'Se rechazó un segundo paquete, distinto, con el mismo identificador',
  'packet-refused': 'Se rechazó un paquete',
  'packet-opened': 'Se abrió un paquete',
  'packet-claimed': 'Alguien tomó un paquete',
  'packet-released': 'Alguien devolvió un paquete a la cola',
  'packet-reviewed': 'Se revisó y firmó un paquete',
  'ai-interaction': 'La IA escribió una evaluación o no pudo',
  'staff-login': 'Alguien entró',
  'staff-login-failed': 'Falló una entrada',
  'device-enrolled': 'Se preparó un quiosco',
  'enrol-refused': 'No se aceptó un quiosco',
  'enrol-code': 'Se creó un código de un solo uso',
  'device-revoked': 'Se revocó un quiosco',
  'staff-call': 'Un quiosco llamó al personal',
  'call-answered': 'Se atendió una llamada',
  erased: 'Se borraron datos al final de su plazo',
}

const roles: Readonly<Record<StaffRole, string>> = { nurse: 'Enfermería', doctor: 'Medicina', admin: 'Administración' }

/** Every text of the staff page in Spanish. */
export const staffEs: StaffText = {
  code: 'es',
  dateTime: (iso) => formatDateTime('es', iso),
  date: (iso) => formatDate('es', iso),
  pageTitle: 'Anteroom personal',
  brand: 'Anteroom',
  staff: 'Personal',
  languageName: 'Español',
  language: 'Idioma',
  waited,
  fault,
  roles,
  close: 'Cerrar',
  cancel: 'Cancelar',
  signIn: {
    heading: 'Entrar',
    username: 'Usuario',
    passphrase: 'Contraseña',
    submit: 'Entrar',
    busy: 'Abriendo sus claves …',
    busyHelp: 'Su contraseña se refuerza en este equipo. Tarda un momento, a propósito.',
    help: 'Sus claves quedan en la memoria de esta página. Se olvidan al salir, al recargar o tras 15 minutos sin uso.',
    wait: (seconds) =>
      `Demasiados intentos. Pruebe dentro de ${plural(Math.ceil(seconds / 60), 'minuto', 'minutos')} (${seconds} s).`,
    notice: {
      'signed-out': 'Ha salido. Las claves y los paquetes abiertos ya no están en esta página.',
      idle: 'Se cerró la sesión tras 15 minutos sin uso.',
      expired: 'Su sesión terminó. Entre de nuevo.',
    },
  },
  nav: {
    label: 'Secciones',
    queue: 'Cola',
    doctor: 'Lista médica',
    ledger: 'Registro',
    devices: 'Equipos',
    about: 'Acerca de',
    signOut: 'Salir',
    signedInAs: (name, role) => `${name} · ${roles[role]}`,
    live: 'En vivo',
    polling: 'Sin conexión en vivo: se pregunta cada pocos segundos',
    offline: 'No se llega al servidor',
    idle: (seconds) => `Sin actividad: se cerrará la sesión en ${seconds} s. Toque la página para seguir.`,
    sound: 'Sonido en emergencias',
  },
  say: {
    'new-packet': (n) => `${plural(n, 'paquete nuevo', 'paquetes nuevos')} en la cola`,
    'new-emergency': () => 'Nueva emergencia en la cola',
    'new-call': (n) => `${plural(n, 'llamada nueva', 'llamadas nuevas')} de un quiosco`,
    'connection-lost': () => 'Se perdió la conexión en vivo',
    'connection-back': () => 'La conexión en vivo ha vuelto',
  },
  levels: {
    emergency: { name: 'Emergencia', means: 'ahora' },
    high: { name: 'Alto', means: 'el mismo día' },
    medium: { name: 'Medio', means: 'en unos días' },
    low: { name: 'Bajo', means: 'autocuidado o farmacia' },
    unknown: { name: 'Sin leer', means: 'nivel desconocido' },
  },
  calls: {
    heading: 'Quioscos que llaman',
    help: (device) => `${device}: pide ayuda`,
    emergency: (device) => `${device}: emergencia, vaya ahora`,
    coming: 'Voy yo',
    since: (time) => `llamó hace ${time}`,
  },
  queue: {
    heading: 'Esperan revisión',
    doctorHeading: 'Derivados a medicina',
    closedHeading: 'Cerrados',
    showClosed: 'Mostrar paquetes cerrados',
    empty: 'Nadie espera.',
    doctorEmpty: 'No hay nada derivado.',
    closedEmpty: 'Aún no hay nada cerrado.',
    loading: 'Preguntando por la cola …',
    opening: 'Descifrando …',
    adminOnly: 'Administración ve cuántos esperan, no lo que hay en los paquetes.',
    count: (n) => plural(n, 'paquete', 'paquetes'),
    refresh: 'Actualizar',
    claimedBy: (name) => `Lo tiene ${name}`,
    yours: 'Lo tiene usted',
    free: 'Aún no lo tiene nadie',
    gap: 'Un paquete anterior del mismo quiosco no ha llegado',
    handOff: 'Sin texto de IA',
    state: {
      pending: 'En espera',
      claimed: 'En revisión',
      escalated: 'Espera a medicina',
      'doctor-claimed': 'Con medicina',
      attested: 'Revisado y firmado',
      returned: 'Devuelto',
    },
    keys: 'Teclas: J siguiente, K anterior, Intro abre, U vuelve a la lista',
  },
  packet: staffPacketEs,
  devices: {
    heading: 'Equipos',
    intro: 'Quioscos de esta clínica. Cada uno firma lo que envía con su propia clave y no puede volver a leerlo.',
    newHeading: 'Preparar un quiosco',
    newHelp: 'Cree aquí un código de un solo uso y escríbalo en el quiosco nuevo. Vale 15 minutos y para un solo equipo.',
    make: 'Crear un código de un solo uso',
    code: 'Código de un solo uso',
    validFor: (s) => `Vale todavía ${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`,
    hide: 'Ocultar el código',
    notAllowed: 'Los quioscos los prepara enfermería o administración.',
    list: 'Quioscos',
    since: 'Preparado',
    active: 'Activo',
    revoked: (when) => `Revocado ${when}`,
    revoke: 'Revocar',
    revokeNamed: (name) => `Revocar ${name}`,
    confirmHeading: (name) => `¿Revocar ${name}?`,
    confirmText:
      'Desde ahora se rechazan los paquetes de este quiosco, también los que aún esperan en él. No se puede deshacer; el quiosco se puede preparar de nuevo con otro código.',
    empty: 'Aún no hay ningún quiosco.',
    loading: 'Preguntando por los equipos …',
  },
  ledger: {
    heading: 'Registro',
    intro: 'Quién hizo qué y cuándo. Cada entrada lleva la huella de la anterior. No contiene palabras de pacientes.',
    kinds,
    packet: 'Paquete',
    unchecked: 'Se está recalculando la cadena en este equipo …',
    holds: (n, oldest) =>
      `La cadena es íntegra: ${plural(n, 'entrada recalculada', 'entradas recalculadas')} en este equipo, hasta el número ${oldest}.`,
    whole: (n) =>
      `La cadena es íntegra de la primera entrada a la última: ${plural(n, 'entrada recalculada', 'entradas recalculadas')} en este equipo.`,
    broken: (seq) => `La cadena está rota en la entrada ${seq}. No confíe en el registro; avise a administración ahora.`,
    more: 'Mostrar entradas anteriores',
    refresh: 'Leer de nuevo',
    server: 'Servidor',
    kiosk: (name) => `Quiosco ${name}`,
    loading: 'Leyendo el registro …',
  },
  about: {
    heading: 'Acerca de',
    clinic: 'Clínica',
    clinicId: 'Identificador de la clínica',
    epoch: 'Época de claves',
    epochKey: 'Los paquetes se sellan con la clave',
    receiptKey: 'Los recibos se firman con la clave',
    intendedHeading: 'Para qué sirve',
    intended:
      'Anteroom prepara una evaluación preliminar para enfermería. Apoya la decisión y no la toma: ni diagnóstico, ni tratamiento, ni sustituto de ver al paciente.',
    notHeading: 'Para qué no sirve',
    not: 'No sirve para vigilar, ni para decidir sin enfermería, ni para quien necesita ayuda ya: primero pida ayuda.',
    keysHeading: 'Teclado',
    keys: [
      ['J', 'siguiente paquete de la lista'],
      ['K', 'paquete anterior de la lista'],
      ['Intro', 'abre el paquete con el foco'],
      ['U', 'vuelve a la lista'],
    ],
    keysToggle: 'Atajos de una tecla activados',
    privacyHeading: 'Dónde están los datos',
    privacy:
      'Los paquetes se descifran solo en la memoria de esta página. No se guarda nada en este equipo; salir, recargar o 15 minutos sin uso borran claves y paquetes.',
  },
}
