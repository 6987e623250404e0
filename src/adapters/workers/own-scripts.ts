type TrustedTypes = {
  defaultPolicy: unknown
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown
}

/**
 * Where Trusted Types are enforced, lets scripts of this origin become workers and nothing else. The bundler only sees
 * workers made from a literal `new URL`, so the check is a default policy. (The inference worker has a twin of this: ONNX
 * Runtime starts its threads there, and a worker may not import from the page's rooms.)
 */
export const allowOwnScripts = (): void => {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes
  if (!types || types.defaultPolicy) return
  types.createPolicy('default', {
    createScriptURL: (url) => {
      if (new URL(url, location.href).origin !== location.origin) throw new TypeError('foreign script')
      return url
    },
  })
}
