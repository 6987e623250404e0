const NOTES_HZ = [880, 660, 880]
const NOTE_S = 0.18

/** Three short notes for a new emergency. Needs one click on the page before, which turning the sound on is. */
export const browserChime = (): (() => void) => {
  let context: AudioContext | null = null
  return () => {
    context ??= new AudioContext()
    const { currentTime, destination } = context
    for (const [i, hertz] of NOTES_HZ.entries()) {
      const tone = new OscillatorNode(context, { frequency: hertz, type: 'sine' })
      const gain = new GainNode(context, { gain: 0.2 })
      tone.connect(gain).connect(destination)
      tone.start(currentTime + i * NOTE_S)
      tone.stop(currentTime + (i + 0.8) * NOTE_S)
    }
  }
}
