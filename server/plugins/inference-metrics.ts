import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { ModelEndpoint } from '../endpoint/model-endpoint.ts'

export type InferenceMetrics = { ended(outcome: string): void; firstToken(seconds: number): void }

/** Counts and times of the model server's answers by outcome code; no text, no model, no device. */
export function inferenceMetrics(registry: Registry, endpoint: ModelEndpoint): InferenceMetrics {
  const answers = new Counter({
    name: 'anteroom_inference_answers_total',
    help: 'Requests to the model server by how they ended.',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const firstToken = new Histogram({
    name: 'anteroom_inference_first_token_seconds',
    help: "Time to the model server's first word.",
    buckets: [0.1, 0.3, 1, 3, 10, 30, 60],
    registers: [registry],
  })
  new Gauge({
    name: 'anteroom_inference_replicas_healthy',
    help: 'Model servers that answered when last asked.',
    registers: [registry],
    collect() {
      this.set(endpoint.healthy)
    },
  })
  return { ended: (outcome) => answers.inc({ outcome }), firstToken: (seconds) => firstToken.observe(seconds) }
}
