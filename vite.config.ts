import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Models, the guideline index and ONNX Runtime's wasm go out as they are: hashed by their own manifests, never by Vite. */
const copyAssets = (): Plugin => ({
  name: 'anteroom-copy-assets',
  apply: 'build',
  writeBundle({ dir }) {
    const out = dir ?? join(root, 'dist')
    const copy = (from: string, to: string) => {
      if (existsSync(from)) cpSync(from, join(out, to), { recursive: true })
    }
    copy(join(root, 'model-shards'), 'model-shards')
    copy(join(root, 'build', 'index'), 'knowledge')
    const ort = join(root, 'node_modules', 'onnxruntime-web', 'dist')
    mkdirSync(join(out, 'ort'), { recursive: true })
    for (const name of readdirSync(ort)) {
      if (/^ort-wasm-simd-threaded(\.asyncify|\.jsep)?\.(wasm|mjs)$/.test(name)) cpSync(join(ort, name), join(out, 'ort', name))
    }
  },
})

export default defineConfig({
  root,
  publicDir: 'public',
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { input: { kiosk: join(root, 'index.html'), staff: join(root, 'staff.html') } },
  },
  worker: { format: 'es' },
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
        globIgnores: ['ort/**', 'model-shards/**', 'knowledge/**', '**/*.wasm'],
        maximumFileSizeToCacheInBytes: 2 * 1024 * 1024,
      },
    }),
    copyAssets(),
  ],
})
