import type { Profile } from '#contracts/clinical/profile.ts'

/** Who the words are about, as the narrative encoder was taught to read it. The twin of `training/…/text/narratives.py`. */
export const profileText = ({ age, sex, reporter }: Profile): string =>
  [age ? `${age.value} ${age.unit}` : '', sex === 'unknown' ? '' : sex, reporter].filter((part) => part !== '').join(' ')
