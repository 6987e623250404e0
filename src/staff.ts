import '#contracts/no-eval.ts'

import { browserClock } from '#adapters/browser/browser-clock.ts'
import { browserChime } from '#adapters/browser/chime.ts'
import { readLabels } from '#adapters/browser/finding-labels.ts'
import { registerServiceWorker } from '#adapters/browser/register-service-worker.ts'
import { memoryVault } from '#adapters/browser/staff-vault.ts'
import { hashOf } from '#adapters/crypto/bytes.ts'
import { httpStaffServer } from '#adapters/transport/http-staff-server.ts'
import { createStaffPage } from '#app/staff/staff-page.ts'
import { ScreenHistory } from '#ui/controllers/screen-history.ts'
import { StaffApp, type StaffPreferences } from '#ui/screens/staff/staff-app.ts'
import { adoptTheme } from '#ui/theme/adopt-theme.ts'

const PREFERENCES = 'anteroom-staff-preferences'

/** Language and shortcuts of whoever used this device last; storage may be closed, and then the defaults hold. */
const readPreferences = (): StaffPreferences => {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFERENCES) ?? '{}') as Partial<StaffPreferences>
    return { language: kept.language === 'es' ? 'es' : 'en', keys: kept.keys !== false }
  } catch {
    return { language: 'en', keys: true }
  }
}

const keepPreferences = (preferences: StaffPreferences): void => {
  try {
    localStorage.setItem(PREFERENCES, JSON.stringify(preferences))
  } catch {
    // A closed storage only forgets a taste.
  }
}

/** Two frames: what was rendered is on the screen. A hidden page paints nothing and must not wait for it. */
const painted = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 120)
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
  })

adoptTheme(document)
const updates = registerServiceWorker()
const page = createStaffPage({
  server: httpStaffServer(),
  vault: memoryVault(),
  hashOf,
  labels: readLabels,
  chime: browserChime(),
  painted,
  clock: browserClock,
})

// Signed in is in use: a new version of the page waits until everybody has left.
let inUse: boolean | null = null
const followUse = (): void => {
  const now = page.model().state === 'signed-in'
  if (now === inUse) return
  inUse = now
  if (now) updates.occupied()
  else updates.vacant()
}
page.subscribe(followUse)
followUse()

new ScreenHistory(page).start()
const app = new StaffApp()
app.page = page
app.preferences = readPreferences()
app.addEventListener('anteroom-preferences', (event) => keepPreferences((event as CustomEvent<StaffPreferences>).detail))
document.body.append(app)
