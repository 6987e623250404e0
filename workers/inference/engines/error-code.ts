/** A code for an exception of the runtime. Its own text may quote inputs, so none of it is passed on. */
export const errorCode = (e: unknown): string => {
  const text = e instanceof Error ? `${e.name} ${e.message}` : String(e)
  if (/device.{0,20}(lost|destroyed)|lost.{0,10}device/i.test(text)) return 'device-lost'
  if (/out of memory|allocation|bad_alloc|RangeError/i.test(text)) return 'out-of-memory'
  if (/no available backend|backend not found/i.test(text)) return 'backend-not-found'
  if (/protobuf|failed to load model|Invalid model|not implemented|unsupported/i.test(text)) return 'model-unsupported'
  return 'runtime'
}
