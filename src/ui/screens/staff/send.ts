import type { StaffAction } from '#app/staff/staff-events.ts'

/** How a staff screen says what the person did. */
export type Send = (action: StaffAction) => void
