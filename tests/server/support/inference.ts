import type { OpenClinic } from './open-clinic.ts'

/** Lets the kiosk prove itself; gives the cookie its inference requests carry. */
export async function devicePass({ app, clock, kiosk }: Pick<OpenClinic, 'app' | 'clock' | 'kiosk'>): Promise<string> {
  const payload = await kiosk.signed({ purpose: 'inference-pass', deviceId: kiosk.deviceId, issuedAt: clock.now().toISOString() })
  const answer = await app.inject({ method: 'POST', url: '/api/inference/pass', payload })
  if (answer.statusCode !== 200) throw new Error(`the pass was refused with ${answer.statusCode}`)
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}

/** `fetch` as a page of `origin` does it: the cookie comes along, and a request says where it comes from. */
export const pageFetch =
  (origin: string, cookie: string) =>
  (url: string, init: RequestInit): Promise<Response> =>
    fetch(url, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), cookie, origin, 'sec-fetch-site': 'same-origin' },
    })
