import { z } from 'zod'
import { FindingCode, MeasureName } from '../clinical/finding.ts'
import { Age, type Sex } from '../clinical/profile.ts'

/**
 * Three-valued condition over findings, measures and profile (Kleene logic: true, false, unknown).
 * A bare code means "this finding is present".
 */
export type Condition =
  | string
  | { absent: string }
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { atLeast: number; of: Condition[] }
  | { ageAtLeast: Age }
  | { ageBelow: Age }
  | { sex: Exclude<Sex, 'unknown'> }
  | { measure: MeasureName; gte?: number | undefined; gt?: number | undefined; lte?: number | undefined; lt?: number | undefined }

export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    FindingCode,
    z.strictObject({ absent: FindingCode }),
    z.strictObject({ all: z.array(Condition).min(1) }),
    z.strictObject({ any: z.array(Condition).min(1) }),
    z.strictObject({ not: Condition }),
    z.strictObject({ atLeast: z.number().int().min(1), of: z.array(Condition).min(1) }),
    z.strictObject({ ageAtLeast: Age }),
    z.strictObject({ ageBelow: Age }),
    z.strictObject({ sex: z.enum(['female', 'male']) }),
    z.strictObject({
      measure: MeasureName,
      gte: z.number().optional(),
      gt: z.number().optional(),
      lte: z.number().optional(),
      lt: z.number().optional(),
    }),
  ]),
)
