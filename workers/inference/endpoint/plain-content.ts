/**
 * Message content in which nothing reads as a chat template's special token (`<|user|>`, `</s>`, `<start_of_turn>`, `[INST]`): model
 * servers look for them in the whole prompt, and a guideline a clinic added must not be able to speak as the system.
 */
export const plainContent = (text: string): string =>
  text.replace(/<(?=[|/\p{L}_])/gu, '< ').replace(/\[(?=\/?[A-Z][A-Z_]*\])/g, '[ ')
