import type { ReactiveController, ReactiveControllerHost } from 'lit'

type Host = ReactiveControllerHost & HTMLElement

const isTyping = (event: KeyboardEvent): boolean =>
  event.composedPath().some((n) => n instanceof HTMLElement && (n.matches('input, textarea, select') || n.isContentEditable))

/**
 * Single keys for a list: J and K move between the host's `[data-row]` elements. Silent while somebody types, with a
 * modifier held, and when `enabled` says so (WCAG 2.1.4).
 */
export class ListKeys implements ReactiveController {
  constructor(
    private readonly host: Host,
    private readonly enabled: () => boolean,
  ) {
    host.addController(this)
  }

  hostConnected(): void {
    document.addEventListener('keydown', this.pressed)
  }

  hostDisconnected(): void {
    document.removeEventListener('keydown', this.pressed)
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    if (!this.enabled() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
    const step = { j: 1, k: -1 }[event.key.toLowerCase()]
    if (step === undefined) return
    const rows = [...(this.host.shadowRoot?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
    const focused = this.host.shadowRoot?.activeElement
    const at = focused instanceof HTMLElement ? rows.indexOf(focused) : -1
    const next = rows[at === -1 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
    event.preventDefault()
  }
}

/** One single key, with the same manners. */
export class SingleKey implements ReactiveController {
  constructor(
    host: Host,
    private readonly key: string,
    private readonly enabled: () => boolean,
    private readonly run: () => void,
  ) {
    host.addController(this)
  }

  hostConnected(): void {
    document.addEventListener('keydown', this.pressed)
  }

  hostDisconnected(): void {
    document.removeEventListener('keydown', this.pressed)
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    if (!this.enabled() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
    if (document.querySelector('dialog[open]') || event.key.toLowerCase() !== this.key) return
    event.preventDefault()
    this.run()
  }
}
