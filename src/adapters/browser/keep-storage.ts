/**
 * Asks the browser not to clear what this origin keeps when room is short: a model of gigabytes should not be fetched twice.
 * Only a page may ask, no worker. False where the browser refuses or does not know the question; nothing fails by it.
 */
export const keepStorage = async (
  storage: Pick<StorageManager, 'persist'> | undefined = globalThis.navigator?.storage,
): Promise<boolean> => {
  try {
    return (await storage?.persist()) ?? false
  } catch {
    return false
  }
}
