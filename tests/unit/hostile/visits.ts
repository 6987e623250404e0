import type { Packet } from '#contracts/clinical/packet.ts'
import { DRAFTS } from './content.ts'
import { broken } from './judge.ts'
import { type HostileEngine, type Kiosk, obey, openKiosk } from './kiosk.ts'

export type Attack = HostileEngine['answer']

/** A kiosk with what an obedient model makes of each session, to compare with. */
export const openSessions = async () => {
  const kiosk: Kiosk = openKiosk()
  const sounds: Record<string, Packet> = {}
  for (const [name, draft] of Object.entries(DRAFTS)) {
    const { packet } = await kiosk.visit(draft, obey)
    if (packet?.outcome.kind !== 'assessment' || !packet.outcome.handover) throw new Error(`${name} is no session to attack`)
    sounds[name] = packet
  }
  const names = Object.keys(DRAFTS)
  let turn = 0

  /** One visit; answers the packet, and what got through (see `broken`). */
  const attack = async (answer: Attack, session = names[turn++ % names.length] as string) => {
    const [draft, sound] = [DRAFTS[session], sounds[session]]
    if (!draft || !sound) throw new Error(session)
    const visit = await kiosk.visit(draft, answer)
    return { ...visit, session, broken: broken(visit, draft, sound) }
  }
  /** Attacks by name, each on the next session; those that got through, with what they broke. */
  const escapes = async (attacks: readonly (readonly [string, Attack])[]): Promise<string[]> => {
    const out: string[] = []
    for (const [name, answer] of attacks) {
      const { session, broken } = await attack(answer)
      if (broken.length > 0) out.push(`${session}: ${name} (${broken.join()})`)
    }
    return out
  }
  return { kiosk, sounds, names, attack, escapes }
}
