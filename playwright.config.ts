import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/setup.mjs'

const executablePath = findChromium()

/** Real system Chromium, one worker: two cores, and a browser that runs a model. No retries: a flaky test is a bug. */
export default defineConfig({
  testDir: 'tests',
  testMatch: ['component/**/*.spec.ts', 'e2e/**/*.spec.ts'],
  workers: 1,
  retries: 0,
  timeout: 120_000,
  reporter: [['list'], ['json', { outputFile: 'reports/playwright.json' }]],
  outputDir: 'test-results',
  use: {
    browserName: 'chromium',
    trace: 'off',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--no-sandbox',
        '--enable-unsafe-webgpu',
        '--use-webgpu-adapter=swiftshader',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        '--no-first-run',
      ],
    },
  },
})
