// The real servers that tests run against: what is there, what is missing, and Debian's packages where we may install.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { ROOT } from './run-bin.mjs';

/**
 * @typedef {object} Server
 * @property {string} name what tests call it
 * @property {string} debianPackage
 * @property {() => boolean} isThere
 * @property {string} neededBy which tests do not work without it
 * @property {string} elsewhere how to get it on another system
 */

/** @type {readonly Server[]} */
const SERVERS = [
  {
    name: 'influxd',
    debianPackage: 'influxdb',
    isThere: () => isOnPath('influxd'),
    neededBy: 'the InfluxDB side of the store contract and of the pipeline tests',
    elsewhere: 'InfluxDB 1.x OSS (influxd on the PATH): brew install influxdb@1, or docs.influxdata.com/influxdb/v1',
  },
  {
    name: 'mosquitto',
    debianPackage: 'mosquitto',
    isThere: () => isOnPath('mosquitto') || existsSync('/usr/sbin/mosquitto'),
    neededBy: 'the tests of deploy/mosquitto.conf',
    elsewhere: 'Mosquitto 2 (mosquitto on the PATH): brew install mosquitto, or mosquitto.org/download',
  },
  {
    name: 'mosquitto-clients',
    debianPackage: 'mosquitto-clients',
    isThere: () => isOnPath('mosquitto_pub') && isOnPath('mosquitto_sub'),
    neededBy: 'the tests with mosquitto_pub and mosquitto_sub',
    elsewhere: "Mosquitto's clients (mosquitto_pub and mosquitto_sub on the PATH): brew install mosquitto",
  },
  {
    name: 'postgresql',
    debianPackage: 'postgresql',
    isThere: hasPostgresql,
    neededBy: 'the PostgreSQL side of the registry contract and of the pipeline tests',
    elsewhere: 'PostgreSQL 15 or newer (postgres and initdb on the PATH): brew install postgresql@17',
  },
  {
    name: 'openssl',
    debianPackage: 'openssl',
    isThere: () => isOnPath('openssl'),
    neededBy: 'the tests of TLS, which make their certificates with it',
    elsewhere: 'OpenSSL 1.1.1 or newer (openssl on the PATH)',
  },
  {
    name: 'chromium',
    debianPackage: 'chromium',
    isThere: () => isOnPath('chromium'),
    neededBy: 'the browser tests (test/e2e)',
    elsewhere: 'Chromium (chromium on the PATH)',
  },
  {
    name: 'chinese fonts',
    debianPackage: 'fonts-noto-cjk',
    isThere: hasChineseFont,
    neededBy: 'the browser tests (test/e2e), whose screenshots show boxes otherwise',
    elsewhere: 'any font with Chinese characters, such as Noto Sans CJK',
  },
];

const APT_LOG = join(ROOT, 'artifacts/apt-get.log');
const POLICY = '/usr/sbin/policy-rc.d';
/** Read by Debian's packages of PostgreSQL, which make a database cluster as soon as they are installed. */
const NO_CLUSTER = '/etc/postgresql-common/createcluster.d/no-main-cluster.conf';

/**
 * Makes sure of the servers: installs the missing ones from Debian's packages where this is Debian and we are root,
 * else says how to get them. Returns the names of those that are still missing.
 *
 * @returns {string[]}
 */
export function ensureServers() {
  let missing = SERVERS.filter((server) => !server.isThere());
  if (missing.length > 0 && isDebian() && process.getuid?.() === 0) {
    install(missing.map(({ debianPackage }) => debianPackage));
    missing = SERVERS.filter((server) => !server.isThere());
  }
  for (const { name, debianPackage, neededBy, elsewhere } of missing) {
    console.log(`missing: ${name}, needed by ${neededBy}`);
    console.log(`  ${isDebian() ? `as root: apt-get install ${debianPackage}` : elsewhere}`);
  }
  return missing.map(({ name }) => name);
}

/** @param {readonly string[]} packages */
function install(packages) {
  console.log(`installing from Debian: ${packages.join(', ')} …`);
  mkdirSync(dirname(APT_LOG), { recursive: true });
  writeFileSync(APT_LOG, '');
  const before = listeningPorts();
  // Debian starts a server on its public port as soon as it is installed, unless a policy forbids it. Tests start
  // their own, on free ports of the loopback.
  const isOurPolicy = !existsSync(POLICY);
  if (isOurPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  mkdirSync(dirname(NO_CLUSTER), { recursive: true });
  writeFileSync(NO_CLUSTER, 'create_main_cluster = false\n');
  try {
    const installed = aptGet(['update']) && aptGet(['install', '--yes', '--no-install-recommends', ...packages]);
    if (!installed) console.error(`apt-get failed:\n${readFileSync(APT_LOG, 'utf8').slice(-4000)}`);
  } finally {
    if (isOurPolicy) rmSync(POLICY, { force: true });
    rmSync(NO_CLUSTER, { force: true });
  }
  for (const [service, debianPackage] of [
    ['influxdb', 'influxdb'],
    ['mosquitto', 'mosquitto'],
    ['postgresql', 'postgresql'],
  ]) {
    // With systemd they would start at the next boot.
    if (packages.includes(debianPackage) && existsSync('/run/systemd/system')) {
      spawnSync('systemctl', ['disable', '--now', service], { stdio: 'ignore' });
    }
  }
  const opened = [...listeningPorts()].filter((port) => !before.has(port));
  if (opened.length > 0)
    console.error(`warning: the installation left something listening on port ${opened.join(', ')}`);
}

/** @param {readonly string[]} args */
function aptGet(args) {
  const { status, error, stdout, stderr } = spawnSync('apt-get', ['--quiet', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  writeFileSync(APT_LOG, `$ apt-get ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}\n`, {
    flag: 'a',
  });
  return status === 0;
}

function isDebian() {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** @param {string} command */
function isOnPath(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, command)));
}

function hasPostgresql() {
  const versions = '/usr/lib/postgresql';
  const folders = existsSync(versions) ? readdirSync(versions) : [];
  if (folders.some((version) => existsSync(join(versions, version, 'bin/postgres')))) return true;
  return isOnPath('postgres') && isOnPath('initdb');
}

function hasChineseFont() {
  const { status, stdout } = spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' });
  if (status === 0) return stdout.trim() !== '';
  const folder = '/usr/share/fonts/opentype/noto';
  return existsSync(folder) && readdirSync(folder).some((name) => name.includes('CJK'));
}

/** Ports that something listens on, by the kernel's own table; none where there is no such table. */
function listeningPorts() {
  const LISTEN = '0A';
  const ports = new Set();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    if (!existsSync(table)) continue;
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local, , state] = line.trim().split(/\s+/);
      if (state === LISTEN) ports.add(Number.parseInt(local?.split(':')[1] ?? '', 16));
    }
  }
  return ports;
}
