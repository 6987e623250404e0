import type { Profile } from '#contracts/clinical/profile.ts'

/**
 * Who the words are about, as the narrative encoder was taught to read it, and what was answered (`answersText`). The twin of
 * `training/…/text/narratives.py`.
 */
export const profileText = ({ age, sex, reporter }: Profile, answers = ''): string => {
  const who = [age ? `${age.value} ${age.unit}` : '', sex === 'unknown' ? '' : sex, reporter]
    .filter((part) => part !== '')
    .join(' ')
  return answers === '' ? who : `${who}; ${answers}`
}
