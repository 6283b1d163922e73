import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], extra: Record<string, unknown> = {}) => ({
  test: { name, include, ...extra },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('layers', ['test/layers.test.ts']),
      project('unit', ['test/unit/**/*.test.ts', 'test/scenario/**/*.test.ts']),
      project('contract', ['test/contract/**/*.test.ts', 'test/api/**/*.test.ts'], { testTimeout: 60_000, hookTimeout: 60_000 }),
      project('pipeline', ['test/pipeline/**/*.test.ts'], {
        testTimeout: 300_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      }),
      project('e2e', ['test/e2e/**/*.test.ts'], { testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false }),
    ],
  },
});
