import type { FiredRule } from '#contracts/clinical/floor.ts'
import type { LocalizedText } from '#contracts/clinical/language.ts'
import type { EscalationGroup, Facts } from './facts.ts'

export const UNIVERSAL_ID = 'universal'

export const DEFAULT_REASON: LocalizedText = {
  en: 'No rule decided, so a nurse decides within days at most',
  es: 'Ninguna regla lo decidió; enfermería decide en días como máximo',
}

export const OPEN_REASON: LocalizedText = { en: 'Could not be ruled out', es: 'No se pudo descartar' }

const reasons: Readonly<Record<EscalationGroup, LocalizedText>> = {
  'chest-pain': {
    en: 'Chest pain is always seen the same day at least',
    es: 'El dolor de pecho se atiende siempre el mismo día como mínimo',
  },
  breathing: {
    en: 'Trouble breathing is always seen the same day at least',
    es: 'La dificultad para respirar se atiende siempre el mismo día como mínimo',
  },
  neurological: {
    en: 'A neurological symptom is always seen the same day at least',
    es: 'Un síntoma neurológico se atiende siempre el mismo día como mínimo',
  },
}

/** Always-escalate groups (DESIGN section 2), whatever protocols were chosen. Which findings belong is lexicon data. */
export const universalRules = (facts: Facts): FiredRule[] => {
  const groups = new Map<EscalationGroup, string[]>()
  for (const [code, group] of facts.escalating) groups.set(group, [...(groups.get(group) ?? []), code])
  return [...groups].map(([group, because]) => ({
    protocolId: UNIVERSAL_ID,
    ruleId: `always-${group}`,
    kind: 'level',
    level: 'high',
    reason: reasons[group],
    because,
  }))
}
