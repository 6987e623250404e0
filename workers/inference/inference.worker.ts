import '#contracts/no-eval.ts'

import { expose } from 'comlink'
import { browserEngine } from './engines/browser.ts'
import { webLlmEngine } from './engines/webllm.ts'
import { inferenceApi } from './inference-api.ts'
import { cacheStore, webShards } from './model/shard-source.ts'
import { allowOwnScripts } from './own-scripts.ts'

allowOwnScripts()
const at = (path: string): string => new URL(path, self.location.origin).href

expose(
  inferenceApi({
    shards: webShards(at('/model-shards/')),
    documents: cacheStore(),
    engine: (kind, backend, shards) => (kind === 'webllm' ? webLlmEngine(shards) : browserEngine(backend, shards, at('/ort/'))),
    hasWebGpu: () => 'gpu' in navigator,
  }),
)
