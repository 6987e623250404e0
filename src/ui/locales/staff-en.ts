import type { Fault } from '#app/staff/staff-model.ts'
import type { StaffRole } from '#contracts/clinical/review.ts'
import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import { formatDate, formatDateTime } from './format-date.ts'
import { staffPacketEn } from './staff-packet-en.ts'

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

/** "3 min", "1 h 05 min", "2 days": how long somebody has waited. */
const waitedEn = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'under 1 min'
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${String(minutes % 60).padStart(2, '0')} min` : plural(Math.floor(hours / 24), 'day', 'days')
}

const fault = (f: Fault): string => {
  switch (f.type) {
    case 'offline':
      return 'The clinic server cannot be reached. Check the network; nothing is lost.'
    case 'timeout':
      return 'The clinic server did not answer in time. Try again.'
    case 'unexpected-answer':
      return 'The server answered in an unknown way. Reload the page; if it stays, tell the administrator.'
    case 'already-claimed':
      return 'A colleague claimed this packet first. Their name is shown above.'
    case 'illegal-transition':
      return 'This packet has moved on: a colleague has claimed, released or decided it. The state above is current.'
    case 'not-claim-holder':
      return 'You no longer hold this packet. Claim it again before you decide.'
    case 'role-not-allowed':
      return f.role === 'admin' ? 'Administrators do not review packets.' : 'This packet was escalated. A doctor must take it.'
    case 'reason-required':
      return 'Write a reason. It is signed with your decision.'
    case 'reason-too-long':
      return `The reason is too long. It may have ${f.max} characters.`
    case 'level-not-changed':
      return 'Choose another level than the one on the table, or accept it.'
    case 'level-changed':
      return 'To set another level, choose “Change level”.'
    case 'no-epoch-key':
      return 'Sealed with a key you do not have. Ask the administrator; see the patient in person.'
    case 'packet-damaged':
      return 'This packet cannot be read. See the patient in person and tell the administrator.'
    case 'routing-altered':
      return 'This packet was altered on its way and is not shown. See the patient in person and tell the administrator.'
    case 'keys-not-readable':
      return 'Your keys could not be unlocked. Tell the administrator.'
    case 'kdf-too-weak':
      return 'The server asked for weak protection of your passphrase. Sign-in was stopped. Tell the administrator.'
    case 'locked':
      return 'You are signed out. Sign in again.'
    case 'status':
      if (f.code === 'already-claimed') return 'A colleague claimed this packet first. Their name is shown above.'
      if (f.code === 'illegal-transition') return 'This packet has moved on: a colleague was first. The state above is current.'
      if (f.code === 'not-claim-holder') return 'You no longer hold this packet. Claim it again before you decide.'
      if (f.code === 'role') return 'Your role may not do this.'
      if (f.code === 'clock-skew') return 'The clock of this device is wrong by more than ten minutes. Set it, then try again.'
      if (f.code === 'bad-credentials') return 'User name or passphrase is wrong. Nothing else is known about why.'
      if (f.code === 'too-many-requests') return 'Too many tries. Wait before you try again.'
      return `The server refused (${f.status}, ${f.code}). Try again; if it stays, tell the administrator.`
  }
}

const kinds: Readonly<Record<LedgerEntry['kind'], string>> = {
  genesis: 'The ledger began',
  'packet-received': 'A packet arrived',
  'packet-conflict': 'A second, different packet with the same id was refused',
  'packet-refused': 'A packet was refused',
  'packet-opened': 'A packet was opened',
  'packet-claimed': 'A packet was claimed',
  'packet-released': 'A claim was given back',
  'packet-reviewed': 'A packet was reviewed and signed',
  'ai-interaction': 'The AI wrote or declined an assessment',
  'staff-login': 'Someone signed in',
  'staff-login-failed': 'A sign-in failed',
  'device-enrolled': 'A kiosk was set up',
  'enrol-refused': 'A kiosk was not accepted',
  'enrol-code': 'A one-time code was made',
  'device-revoked': 'A kiosk was revoked',
  'staff-call': 'A kiosk called staff',
  'call-answered': 'A call was answered',
  erased: 'Data was erased at the end of its time',
}

const roles: Readonly<Record<StaffRole, string>> = { nurse: 'Nurse', doctor: 'Doctor', admin: 'Administrator' }

/** Every text of the staff page in English, the clinic's working language. The Spanish table has the same shape or does not build. */
export const staffEn = {
  code: 'en' as 'en' | 'es',
  dateTime: (iso: string): string => formatDateTime('en-GB', iso),
  date: (iso: string): string => formatDate('en-GB', iso),
  pageTitle: 'Anteroom staff',
  brand: 'Anteroom',
  staff: 'Staff',
  languageName: 'English',
  language: 'Language',
  waited: waitedEn,
  fault,
  roles,
  close: 'Close',
  cancel: 'Cancel',
  signIn: {
    heading: 'Sign in',
    username: 'User name',
    passphrase: 'Passphrase',
    submit: 'Sign in',
    busy: 'Unlocking your keys …',
    busyHelp: 'Your passphrase is stretched on this device. That takes a moment, on purpose.',
    help: 'Your keys stay in the memory of this page. They are forgotten when you sign out, reload, or leave the page for 15 minutes.',
    wait: (seconds: number): string =>
      `Too many tries. Try again in ${plural(Math.ceil(seconds / 60), 'minute', 'minutes')} (${seconds} s).`,
    notice: {
      'signed-out': 'You are signed out. Keys and opened packets are gone from this page.',
      idle: 'You were signed out after 15 minutes without use.',
      expired: 'Your session ended. Sign in again.',
    },
  },
  nav: {
    label: 'Sections',
    queue: 'Queue',
    doctor: 'Doctor list',
    ledger: 'Ledger',
    devices: 'Devices',
    about: 'About',
    signOut: 'Sign out',
    signedInAs: (name: string, role: StaffRole): string => `${name} · ${roles[role]}`,
    live: 'Live',
    polling: 'No live connection: asking every few seconds',
    offline: 'Server not reachable',
    idle: (seconds: number): string => `No activity: signing out in ${seconds} s. Touch the page to stay.`,
    sound: 'Sound for emergencies',
  },
  say: {
    'new-packet': (n: number): string => `${plural(n, 'new packet', 'new packets')} in the queue`,
    'new-emergency': (): string => 'New emergency in the queue',
    'new-call': (n: number): string => `${plural(n, 'new call', 'new calls')} from a kiosk`,
    'connection-lost': (): string => 'Live connection lost',
    'connection-back': (): string => 'Live connection is back',
  },
  levels: {
    emergency: { name: 'Emergency', means: 'now' },
    high: { name: 'High', means: 'same day' },
    medium: { name: 'Medium', means: 'within days' },
    low: { name: 'Low', means: 'self-care or pharmacy' },
    unknown: { name: 'Not read yet', means: 'level unknown' },
  },
  calls: {
    heading: 'Kiosks calling',
    help: (device: string): string => `${device}: asks for help`,
    emergency: (device: string): string => `${device}: emergency, go now`,
    coming: 'I’m coming',
    since: (waited: string): string => `called ${waited} ago`,
  },
  queue: {
    heading: 'Waiting for review',
    doctorHeading: 'Escalated to a doctor',
    closedHeading: 'Closed',
    showClosed: 'Show closed packets',
    empty: 'Nobody is waiting.',
    doctorEmpty: 'Nothing is escalated.',
    closedEmpty: 'Nothing is closed yet.',
    loading: 'Asking for the queue …',
    opening: 'Decrypting …',
    adminOnly: 'Administrators see how many wait, not what is in the packets.',
    count: (n: number): string => plural(n, 'packet', 'packets'),
    refresh: 'Refresh',
    claimedBy: (name: string): string => `${name} has it`,
    yours: 'You have it',
    free: 'Nobody has it yet',
    gap: 'A packet before this one from the same kiosk has not arrived',
    handOff: 'No AI text',
    state: {
      pending: 'Waiting',
      claimed: 'In review',
      escalated: 'Waits for a doctor',
      'doctor-claimed': 'With a doctor',
      attested: 'Reviewed and signed',
      returned: 'Returned',
    },
    keys: 'Keys: J next, K previous, Enter opens, U back to the list',
  },
  packet: staffPacketEn,
  devices: {
    heading: 'Devices',
    intro: 'Kiosks of this clinic. Each signs what it sends with its own key and cannot read it again.',
    newHeading: 'Set up a kiosk',
    newHelp: 'Make a one-time code here and type it on the new kiosk. It is valid for 15 minutes and for one device.',
    make: 'Make a one-time code',
    code: 'One-time code',
    validFor: (s: number): string => `Valid for ${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`,
    hide: 'Hide the code',
    notAllowed: 'Nurses and administrators set up kiosks.',
    list: 'Kiosks',
    since: 'Set up',
    active: 'Active',
    revoked: (when: string): string => `Revoked ${when}`,
    revoke: 'Revoke',
    revokeNamed: (name: string): string => `Revoke ${name}`,
    confirmHeading: (name: string): string => `Revoke ${name}?`,
    confirmText:
      'Packets from this kiosk are refused from now on, also those still waiting on it. This cannot be undone; the kiosk can be set up again with a new code.',
    empty: 'No kiosk is set up yet.',
    loading: 'Asking for the devices …',
  },
  ledger: {
    heading: 'Ledger',
    intro: 'Who did what, when. Each entry carries the hash of the one before it. No words of patients are in it.',
    kinds,
    packet: 'Packet',
    unchecked: 'The chain is being recomputed on this device …',
    holds: (n: number, oldest: number): string =>
      `The chain holds: ${plural(n, 'entry', 'entries')} recomputed on this device, back to number ${oldest}.`,
    whole: (n: number): string =>
      `The chain holds from the first entry to the newest: ${plural(n, 'entry', 'entries')} recomputed on this device.`,
    broken: (seq: number): string =>
      `The chain is broken at entry ${seq}. Do not rely on the ledger; tell the administrator now.`,
    more: 'Show older entries',
    refresh: 'Read again',
    server: 'Server',
    kiosk: (name: string): string => `Kiosk ${name}`,
    loading: 'Reading the ledger …',
  },
  about: {
    heading: 'About',
    clinic: 'Clinic',
    clinicId: 'Clinic id',
    epoch: 'Key epoch',
    epochKey: 'Packets are sealed to key',
    receiptKey: 'Receipts are signed by key',
    intendedHeading: 'Intended use',
    intended:
      'Anteroom prepares a preliminary assessment for a nurse. It supports the decision and does not make it: no diagnosis, no treatment, no replacement for seeing the patient.',
    notHeading: 'Not for',
    not: 'Not for monitoring, not for deciding without a nurse, not for patients who need help now: call for help first.',
    keysHeading: 'Keyboard',
    keys: [
      ['J', 'next packet in the list'],
      ['K', 'previous packet in the list'],
      ['Enter', 'open the packet in focus'],
      ['U', 'back to the list'],
    ] as readonly (readonly [string, string])[],
    keysToggle: 'Single-key shortcuts on',
    privacyHeading: 'Where the data is',
    privacy:
      'Packets are decrypted in the memory of this page only. Nothing is stored on this device; signing out, reloading or 15 minutes without use forgets keys and packets.',
  },
}
export type StaffText = typeof staffEn
