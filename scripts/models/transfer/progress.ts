/** A bar on a terminal, else a line at each tenth. */
export type Progress = { total(bytes: number, already: number): void; add(bytes: number): void; end(): void }

export const progressOf = (label: string, tty: boolean, say: (line: string) => void): Progress => {
  let [total, done, told] = [0, 0, -1]
  const show = (): void => {
    if (total === 0) return
    const percent = Math.min(100, Math.floor((100 * done) / total))
    const text = `${label} ${percent} % of ${(total / 2 ** 20).toFixed(1)} MiB`
    if (tty) {
      if (percent === told) return
      process.stderr.write(`\r${'█'.repeat(percent / 5).padEnd(20, '░')} ${text}  `)
      told = percent
    } else if (Math.floor(percent / 10) > told) {
      told = Math.floor(percent / 10)
      say(text)
    }
  }
  return {
    total: (bytes, already) => {
      ;[total, done, told] = [bytes, already, -1]
      show()
    },
    add: (bytes) => {
      done += bytes
      show()
    },
    end: () => {
      if (tty && total > 0) process.stderr.write('\n')
    },
  }
}
