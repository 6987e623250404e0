/** Thrown inside schema compilation only and turned into an error value at its edge. */
export class SchemaUnsupported extends Error {
  constructor(readonly keyword: string) {
    super(`unsupported schema keyword: ${keyword}`)
  }
}
