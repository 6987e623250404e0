import { z } from 'zod'
import { AcuityFile, ComplaintModelFile } from './acuity.ts'
import { ReaderFile } from './reader.ts'

/** `knowledge/learnt.json`: the small learnt models that read and weigh the patient's words beside lexicon and rules. */
export const LearntFile = z.strictObject({ reader: ReaderFile, acuity: AcuityFile, complaints: ComplaintModelFile })
export type LearntFile = z.infer<typeof LearntFile>
