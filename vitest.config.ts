import { defineConfig } from 'vitest/config';

const MINUTE_MS = 60_000;

/** What works on the registry: each of these runs on SQLite in its own project, and once more on PostgreSQL. */
const OVER_THE_REGISTRY = [
  'test/api/{alerts,balance,calendar,coefficients,comparison,cost,decisions,discovery,findings,manual-readings,quarantine,registry*,scope,session,tariffs,virtual-meters,weather}.test.ts',
  'test/unit/{accounts,alerts,discovery,exchange,quotas,registry,schedule}/**/*.test.ts',
  'test/unit/rules/{run-rules,standby-days}.test.ts',
  'test/unit/app/{client-owners,follow-up,redelivery-store,sparkplug-store}.test.ts',
  'test/unit/gateway/replay.test.ts',
  'test/unit/gateway/{heard/heard-meters,quarantine/**/*}.test.ts',
  'test/unit/reports/build-reports.test.ts',
  'test/unit/storage/relational/*.test.ts',
];

/** What counts memory, fills a disk, or is told apart from a machine that is busy: these have it to themselves. */
const ALONE = ['demo', 'fuzz', 'full-disk', 'hostile-clients', 'influx-faults', 'lifecycle', 'registry-outage'].map(
  (name) => `test/pipeline/${name}.test.ts`,
);

// Two workers at most: the product's own threads, servers and browsers need the rest of the machine.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'layers', include: ['test/layers.test.ts'] } },
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/scenario/**/*.test.ts'],
          maxWorkers: 2,
          // A test that hangs ends; how fast a machine is, no test says.
          testTimeout: MINUTE_MS,
          hookTimeout: MINUTE_MS,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts', 'test/api/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: MINUTE_MS,
          hookTimeout: MINUTE_MS,
        },
      },
      {
        test: {
          name: 'postgres',
          include: OVER_THE_REGISTRY,
          maxWorkers: 2,
          globalSetup: 'test/support/registry-server.ts',
          // What takes longest is to load the modules.
          isolate: false,
          sequence: { groupOrder: 2 },
          testTimeout: MINUTE_MS,
          hookTimeout: MINUTE_MS,
        },
      },
      {
        test: {
          name: 'pipeline',
          include: ['test/pipeline/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
          testTimeout: 5 * MINUTE_MS,
          hookTimeout: 5 * MINUTE_MS,
        },
      },
      {
        test: {
          name: 'pipeline-alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
          testTimeout: 5 * MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 5 },
          testTimeout: 5 * MINUTE_MS,
          hookTimeout: 5 * MINUTE_MS,
        },
      },
    ],
  },
});
