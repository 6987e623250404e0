import type { LearntFile } from '#contracts/content/learnt.ts'
import { openReader, type Reader } from '../understanding/reader/network.ts'
import { type AcuityModel, openAcuity } from './acuity.ts'

/** The learnt models, unpacked. */
export type Learnt = { reader?: Reader; acuity?: AcuityModel }

export const openLearnt = (file: LearntFile): Learnt => ({ reader: openReader(file.reader), acuity: openAcuity(file.acuity) })
