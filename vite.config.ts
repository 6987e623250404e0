import { cpSync, createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultClientConditions, defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Models, the guideline index and ONNX Runtime's wasm go out as they are: hashed by their own manifests, never by Vite. */
const ORT = join(root, 'node_modules', 'onnxruntime-web', 'dist')
const FOLDERS = { '/model-shards/': join(root, 'model-shards'), '/knowledge/': join(root, 'build', 'index'), '/ort/': ORT }
const TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.mjs': 'text/javascript',
}

const copyAssets = (): Plugin => ({
  name: 'anteroom-copy-assets',
  configureServer({ middlewares }) {
    middlewares.use((request, response, next) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname
      const [prefix, folder] = Object.entries(FOLDERS).find(([p]) => path.startsWith(p)) ?? []
      const file = prefix && folder ? join(folder, normalize(path.slice(prefix.length))) : ''
      if (!folder || !file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) return next()
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
      createReadStream(file).pipe(response)
    })
  },
  writeBundle({ dir }) {
    const out = dir ?? join(root, 'dist')
    const copy = (from: string, to: string) => {
      if (existsSync(from)) cpSync(from, join(out, to), { recursive: true })
    }
    copy(join(root, 'model-shards'), 'model-shards')
    copy(join(root, 'build', 'index'), 'knowledge')
    mkdirSync(join(out, 'ort'), { recursive: true })
    for (const name of readdirSync(ORT)) {
      if (/^ort-wasm-simd-threaded(\.asyncify)?\.(wasm|mjs)$/.test(name)) cpSync(join(ORT, name), join(out, 'ort', name))
    }
  },
})

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

export default defineConfig({
  root,
  define: { APP_VERSION: JSON.stringify(version) },
  publicDir: 'public',
  // Otherwise the bundle holds ONNX Runtime's loader and its 27 MB wasm a second time; see docs/recipes/onnx-runtime-files.md.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { input: { kiosk: join(root, 'index.html'), staff: join(root, 'staff.html') } },
  },
  worker: {
    format: 'es',
    // A name of its own for web-llm's megabytes, so that no device fetches them that runs no such model.
    rolldownOptions: {
      output: {
        chunkFileNames: ({ moduleIds }) =>
          `assets/${moduleIds.some((id) => id.includes('/@mlc-ai/web-llm/')) ? 'web-llm' : '[name]'}-[hash].js`,
      },
    },
  },
  server: {
    proxy: { '/api': 'http://127.0.0.1:8787', '/models': 'http://127.0.0.1:8787' },
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
  plugins: [
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'workers/service-worker',
      filename: 'sw.ts',
      // Registered by our own code, which lets an update in only between patients.
      injectRegister: false,
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,svg,png,webmanifest,woff2}'],
        // web-llm comes when a model needs it, and is kept then (`keep-files.ts`).
        globIgnores: ['ort/**', 'model-shards/**', 'knowledge/**', 'assets/web-llm-*.js', '**/*.wasm'],
        maximumFileSizeToCacheInBytes: 2 * 1024 * 1024,
      },
    }),
    copyAssets(),
  ],
})
