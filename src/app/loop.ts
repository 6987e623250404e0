/** A model, the events that change it, and whoever watches. */
export type Store<Model, Event> = {
  model(): Model
  dispatch(event: Event): void
  /** Called after every change; answers how to stop. */
  subscribe(listener: (model: Model) => void): () => void
}

export type LoopOptions<Model, Event, Effect> = {
  initial: Model
  update: (model: Model, event: Event) => { model: Model; effects: readonly Effect[] }
  /** Runs one command; answers come back as events. */
  run: (effect: Effect, dispatch: (event: Event) => void) => void
}

/**
 * Runs a flow: events one at a time in the order they came, listeners after each change, effects last. An event dispatched
 * from a listener or an effect waits its turn, so an update never sees a half-changed world.
 */
export const createLoop = <Model, Event, Effect>(options: LoopOptions<Model, Event, Effect>): Store<Model, Event> => {
  let model = options.initial
  let busy = false
  const queue: Event[] = []
  const listeners = new Set<(model: Model) => void>()
  const dispatch = (event: Event): void => {
    queue.push(event)
    if (busy) return
    busy = true
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const step = options.update(model, next)
        const changed = step.model !== model
        model = step.model
        if (changed) for (const tell of [...listeners]) tell(model)
        for (const effect of step.effects) options.run(effect, dispatch)
      }
    } finally {
      busy = false
    }
  }
  return {
    model: () => model,
    dispatch,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
