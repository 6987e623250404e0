import { z } from 'zod'

export const AgeUnit = z.enum(['year', 'month', 'week', 'day'])
export type AgeUnit = z.infer<typeof AgeUnit>
export const Age = z.strictObject({ value: z.number().nonnegative().max(130), unit: AgeUnit })
export type Age = z.infer<typeof Age>

/** FHIR administrative-gender without `other`; clinical rules that depend on sex treat `unknown` as an open question. */
export const Sex = z.enum(['female', 'male', 'unknown'])
export type Sex = z.infer<typeof Sex>

/** Who types at the kiosk: the patient or someone on the patient's behalf. */
export const Reporter = z.enum(['patient', 'caregiver'])
export type Reporter = z.infer<typeof Reporter>

/** Relation of the reporter to the patient (subset of FHIR v3-RoleCode, spelled out). */
export const Relation = z.enum(['parent', 'partner', 'child', 'relative', 'carer', 'friend', 'other'])
export type Relation = z.infer<typeof Relation>

/** Demographics that rules may read. Pregnancy is a finding (`pregnant`), because it is three-valued. */
export const Profile = z.strictObject({
  reporter: Reporter,
  relation: Relation.optional(),
  age: Age.optional(),
  sex: Sex,
})
export type Profile = z.infer<typeof Profile>
