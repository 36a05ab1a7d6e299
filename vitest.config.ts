import { defineConfig } from 'vitest/config'

/**
 * Three suites. `unit`: in this process, seconds. `e2e`: the whole program in processes of its own, killed and resumed,
 * the quickstart included. `long` (`*.long.test.ts`, not in `npm test`): exact values of samplers, the long fuzz run.
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
          // 320 files, most of which take less time than a process and its modules of their own would.
          isolate: false,
          // ink draws nothing before the end where it believes to be in CI; it looks once, when a process loads it.
          env: { CI: 'false' },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [long],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: { name: 'long', include: [long], testTimeout: 3_600_000, hookTimeout: 3_600_000, fileParallelism: false },
      },
    ],
  },
})
