/**
 * Gives the event loop one turn. Compute in WASM holds the thread and promises alone never let a message in, so an abort
 * sent to the worker would not be seen before the last token. (A timer would cost 4 ms each.)
 */
export const pause = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
