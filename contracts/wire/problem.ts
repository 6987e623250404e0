import { z } from 'zod'

/** RFC 9457 problem details without free text about people. `code` is stable; `hint` says what to do next. */
export const Problem = z.strictObject({
  status: z.number().int(),
  code: z.string(),
  hint: z.string().optional(),
  retryAfterSeconds: z.number().optional(),
})
export type Problem = z.infer<typeof Problem>
