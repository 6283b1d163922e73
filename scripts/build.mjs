// Builds what is stale: the server into dist (tsc), the dashboards into dist/dashboards (vite).
// A built part is stale when one of its sources, or a version it was built with, is newer than its stamp.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { ROOT as root, runBin } from './run-bin.mjs';

const SERVER = ['app', 'domain', 'gateway', 'services', 'simulators', 'storage'];
const CONFIG = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

const parts = [
  {
    name: 'server',
    sources: SERVER,
    build: () => {
      for (const folder of SERVER) rmSync(join(root, 'dist', folder), { recursive: true, force: true });
      return runBin('typescript', 'tsc', ['-p', 'tsconfig.build.json']);
    },
  },
  {
    name: 'dashboards',
    sources: ['dashboards', 'services/api/schemas', 'domain'],
    build: () => runBin('vite', 'vite', ['build', 'dashboards', '--logLevel', 'warn']),
  },
];

const failed = (await Promise.all(parts.map(buildIfStale))).includes(false);
process.exit(failed ? 1 : 0);

async function buildIfStale({ name, sources, build }) {
  const stamp = join(root, 'dist', `${name}.stamp`);
  const digest = digestOf([...CONFIG, ...sources]);
  if (read(stamp) === digest) return true;
  const started = Date.now();
  console.log(`building the ${name} …`);
  if ((await build()) !== 0) {
    console.error(`building the ${name} failed`);
    return false;
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
  console.log(`built the ${name} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesOf).sort()) hash.update(path).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function filesOf(path) {
  try {
    return readdirSync(join(root, path), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1));
  } catch {
    return read(join(root, path)) === undefined ? [] : [path];
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
