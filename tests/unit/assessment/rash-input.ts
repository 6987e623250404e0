import type { AssessmentInput } from '#domain/assessment/prompt.ts'

/** An invented case with two symptoms, one of background, one denied and one open. */
export const input: AssessmentInput = {
  profile: { reporter: 'patient', age: { value: 34, unit: 'year' }, sex: 'female' },
  floor: 'high',
  complaints: ['Sore throat'],
  findings: [
    { id: 'rash', label: 'rash', status: 'present' },
    { id: 'wide-rash', label: 'rash over the body', status: 'present' },
    { id: 'asthma', label: 'asthma', status: 'present' },
    { id: 'fever', label: 'fever', status: 'absent' },
    { id: 'cough', label: 'cough', status: 'unknown' },
  ],
  passages: [],
}
