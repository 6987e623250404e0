import { z } from 'zod'

/**
 * How soon a person must be seen, most urgent first.
 * `emergency`: ambulance or immediate; `high`: same day; `medium`: routine, within days; `low`: self-care or pharmacy.
 */
export const TriageLevel = z.enum(['emergency', 'high', 'medium', 'low'])
export type TriageLevel = z.infer<typeof TriageLevel>
