type TrustedTypes = {
  defaultPolicy: unknown
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown
}

/**
 * Where Trusted Types are enforced, lets scripts of this origin become workers (ONNX Runtime starts its threads from its
 * own file) and nothing else. Does nothing elsewhere.
 */
export const allowOwnScripts = (): void => {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes
  if (!types || types.defaultPolicy) return
  types.createPolicy('default', {
    createScriptURL: (url) => {
      if (new URL(url, self.location.href).origin !== self.location.origin) throw new TypeError('foreign script')
      return url
    },
  })
}
