import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/{unit,contract,server,architecture}/**/*.test.ts'],
    // Far above what the slowest needs on two busy cores: a limit is there to end what hangs, not to judge the machine.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
