import type { Result } from '#contracts/result.ts'

/** Calls a person to this device. `emergency` is louder at the staff page; neither carries anything clinical. */
export interface StaffAlert {
  call(urgency: 'help' | 'emergency'): Promise<Result<null, { type: string }>>
}
