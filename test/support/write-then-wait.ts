// Opens the DuckDB file named by the first argument, stores readings, says so, and waits to be killed.
import { openDuckdbStore } from '../../storage/series/duckdb/open-duckdb-store.ts';

const [file = '', count = '0'] = process.argv.slice(2);
const store = await openDuckdbStore({ file });
await store.writeReadings(
  Array.from({ length: Number(count) }, (_, index) => ({
    meter: `killed-${index % 7}`,
    metric: 'total' as const,
    observedAtMs: 1_760_000_000_000 + index * 1000,
    value: index,
    receivedAtMs: 1_760_000_000_000,
    flags: 0,
    position: index,
  })),
  Number(count),
);
process.stdout.write('stored\n');
setInterval(() => undefined, 60_000);
