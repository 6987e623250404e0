import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from '@playwright/test'

const SOURCE = readFileSync(resolve(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8')

type AxeResult = { violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[]; passes: unknown[] }

/**
 * What axe-core finds on the page, open shadow roots included; empty when nothing. The script comes in through the debugger,
 * which the page's own policy does not govern and does not have to allow.
 */
export const runAxe = async (page: Page): Promise<string[]> => {
  await page.evaluate(SOURCE)
  // Colours that are still on their way from light to dark are nobody's contrast.
  await page.evaluate(async () => {
    const roots = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
      root,
      ...[...root.querySelectorAll('*')].flatMap((e) => (e.shadowRoot ? roots(e.shadowRoot) : [])),
    ]
    const finite = (a: Animation): boolean => a.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY
    const running = roots(document).flatMap((root) => root.getAnimations().filter(finite))
    await Promise.allSettled(running.map((animation) => animation.finished))
  })
  const { violations, passes } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run(),
  )
  if (passes.length === 0) return ['axe looked at nothing']
  return violations.flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.target.join(' ')} ${n.failureSummary ?? ''}`))
}
