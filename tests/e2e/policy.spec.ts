import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '../support/e2e.ts'

test('a script in the page can send nothing anywhere else', async ({ openKiosk }) => {
  let hits = 0
  const elsewhere = createServer((_request, response) => {
    hits++
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end()
  })
  await new Promise<void>((ready) => elsewhere.listen(0, '127.0.0.1', ready))
  const foreign = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/stolen`
  await fetch(foreign)
  expect(hits, 'the listener hears').toBe(1)

  const { page, watch } = await openKiosk()
  const outcomes = await page.evaluate(async (url) => {
    const failed = (e: unknown) => (e instanceof Error ? e.name : String(e))
    const image = new Image()
    const seen = new Promise((done) => {
      image.onload = () => done('loaded')
      image.onerror = () => done('blocked')
    })
    image.src = url
    const socket = await new Promise((done) => {
      const s = new WebSocket(url.replace('http', 'ws'))
      s.onopen = () => done('open')
      s.onerror = () => done('blocked')
    }).catch(failed)
    const frame = document.createElement('iframe')
    frame.src = url
    const script = document.createElement('script')
    script.src = url
    const link = document.createElement('link')
    Object.assign(link, { rel: 'stylesheet', href: url })
    document.body.append(frame, script, link)
    const form = document.createElement('form')
    Object.assign(form, { action: url, method: 'post', target: '_blank' })
    document.body.append(form)
    form.submit()
    navigator.sendBeacon(url, 'words')
    return {
      fetch: await fetch(url, { method: 'POST', mode: 'no-cors', body: 'words' }).then(() => 'sent', failed),
      image: await seen,
      socket,
      eval: await Promise.resolve()
        .then(() => new Function('return 1')())
        .catch(failed),
    }
  }, foreign)
  expect(outcomes).toEqual({ fetch: 'TypeError', image: 'blocked', socket: 'blocked', eval: 'EvalError' })
  const blocked = ['connect-src', 'img-src', 'script-src', 'style-src', 'frame-src', 'form-action']
  await expect.poll(() => blocked.filter((d) => !watch.violations.some((v) => v.startsWith(d)))).toEqual([])
  expect(hits).toBe(1)
  // They were meant; the watch that ends every test must not count them.
  watch.violations.length = 0
  watch.foreign.length = 0
  elsewhere.close()
  elsewhere.closeAllConnections()
})

test('every answer of the server carries the policy, errors too', async ({ clinic }) => {
  for (const path of ['/', '/staff', '/knowledge/manifest.json', '/api/clinic', '/api/queue', '/nowhere']) {
    const { headers } = await fetch(`${clinic.url}${path}`)
    expect(headers.get('content-security-policy'), path).toContain("default-src 'none'")
    expect(headers.get('cross-origin-embedder-policy'), path).toBe('require-corp')
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
  }
})
