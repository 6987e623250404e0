/** What a session keeps on disk: ciphertext under a key that lives in memory only. Never rejects. */
export interface DraftStore {
  save(id: string, text: string): Promise<void>
  load(id: string): Promise<string | null>
}

/** The session of one patient at this device. */
export interface KioskSession {
  /** Identity of this device, as enrolled. */
  readonly clinicId: string
  readonly deviceId: string
  readonly drafts: DraftStore
  /**
   * Ends it: key and drafts gone, workers stopped, page loaded anew. Resolves when nothing of the patient is left on the
   * device. Never rejects.
   */
  end(reason: 'ended' | 'idle' | 'crash'): Promise<void>
}
