import type { LearntFile } from '#contracts/content/learnt.ts'
import { openReader, type Reader } from '../understanding/reader/network.ts'
import { type AcuityModel, openAcuity } from './acuity.ts'
import { type ComplaintModel, openComplaints } from './complaint-model.ts'

/** The learnt models, unpacked. */
export type Learnt = { reader?: Reader; acuity?: AcuityModel; complaints?: ComplaintModel }

export const openLearnt = (file: LearntFile): Learnt => ({
  reader: openReader(file.reader),
  acuity: openAcuity(file.acuity),
  complaints: openComplaints(file.complaints),
})
