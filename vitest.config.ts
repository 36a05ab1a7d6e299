import { defineConfig } from 'vitest/config'

/**
 * Three suites. `unit`: in this process, seconds. `e2e`: the whole program in processes of its own, killed and resumed.
 * `long`: real sampling and training (`*.long.test.ts`), minutes.
 */
const long = 'test/**/*.long.test.{ts,tsx}'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [long, 'test/e2e/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [long],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: { name: 'long', include: [long], testTimeout: 900_000, hookTimeout: 900_000, fileParallelism: false },
      },
    ],
  },
})
