import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';
import { parseTopicPattern } from '../../domain/topic-pattern.ts';
import { mosquittoHash } from './mosquitto-hash.ts';
import { mqttReaders } from './mqtt-readers.ts';

/** Mosquitto's password file and ACL, from the registry. */
export interface MosquittoFiles {
  passwords: string;
  acl: string;
  /** Users whose token was made before hashes for Mosquitto were kept: they cannot log in there until it is renewed. */
  withoutHash: string[];
}

/** What {@link mosquittoFiles} needs beside the registry. */
export interface MosquittoFilesOptions {
  /** Without a trailing slash. */
  baseTopic: string;
  /** The gateways' own users, one each: the broker names a session by its user. */
  gateways: readonly { username: string; password: string }[];
}

/**
 * Who may do what at a Mosquitto, as at the embedded broker: a collector writes below its own name and reads its
 * commands, also as the Sparkplug edge node of its name and where a binding allows it, a reader reads the alerts of its
 * institutions, a gateway reads and writes everything.
 */
export async function mosquittoFiles(
  db: Kysely<Database>,
  { baseTopic, gateways }: MosquittoFilesOptions,
): Promise<MosquittoFiles> {
  const collectors = await db
    .selectFrom('collector')
    .select(['id', 'mosquitto_hash'])
    .where('ended_on', 'is', null)
    .orderBy('id')
    .execute();
  const readerRows = await db.selectFrom('mqtt_reader').select(['id', 'mosquitto_hash']).orderBy('id').execute();
  const readers = await mqttReaders(db);
  const bindings = await boundTopics(db);
  const users = [...collectors, ...readerRows];
  const lines = [
    ...gateways.map(({ username, password }) => `${username}:${mosquittoHash(password)}`),
    ...users.flatMap(({ id, mosquitto_hash }) => (mosquitto_hash === null ? [] : `${id}:${mosquitto_hash}`)),
  ];
  const acl = [
    '# Made from the registry; do not edit. %u is the user.',
    `pattern write ${baseTopic}/%u/#`,
    `pattern read ${baseTopic}/%u/command`,
    'pattern write spBv1.0/+/+/%u/#',
    'pattern read spBv1.0/+/NCMD/%u/#',
    'pattern read spBv1.0/+/DCMD/%u/#',
    ...bindings.flatMap(({ byName }) => (byName === undefined ? [] : `pattern write ${byName}`)),
    ...gateways.flatMap(({ username }) => [
      '',
      `user ${username}`,
      `topic readwrite ${baseTopic}/#`,
      `topic readwrite ${baseTopic}-gateways/#`,
      'topic read spBv1.0/#',
      ...bindings.map(({ filter }) => `topic read ${filter}`),
    ]),
    ...collectors.flatMap(({ id }) => {
      const own = bindings.filter(({ collector }) => collector === id);
      return own.length === 0 ? [] : ['', `user ${id}`, ...own.map(({ filter }) => `topic write ${filter}`)];
    }),
    ...readers.flatMap(({ id, institutions }) => [
      '',
      `user ${id}`,
      ...(institutions === 'all' ? ['#'] : institutions.map((institution) => `${institution}/#`)).map(
        (below) => `topic read ${baseTopic}/alerts/${below}`,
      ),
    ]),
  ];
  return {
    passwords: `${lines.join('\n')}\n`,
    acl: `${acl.join('\n')}\n`,
    withoutHash: users.filter(({ mosquitto_hash }) => mosquitto_hash === null).map(({ id }) => id),
  };
}

interface BoundTopic {
  filter: string;
  /** Whose it is; undefined where the topic names it. */
  collector: string | undefined;
  /** The filter for the collector that the topic names, in Mosquitto's notation. */
  byName: string | undefined;
}

async function boundTopics(db: Kysely<Database>): Promise<BoundTopic[]> {
  const rows = await db
    .selectFrom('binding')
    .select(['collector_id', 'topic'])
    .where('enabled', '=', 1)
    .orderBy('id')
    .execute();
  return rows.flatMap(({ collector_id, topic }) => {
    const pattern = parseTopicPattern(topic);
    // A line break in a topic would be another line of the file.
    if (pattern === undefined || /\p{Cc}/u.test(topic)) return [];
    const isNamed = collector_id === null && topic.split('/').includes('{collector}');
    const byName = topic
      .split('/')
      .map((level) => (level === '{collector}' ? '%u' : level.startsWith('{') ? '+' : level))
      .join('/');
    return {
      filter: pattern.filter,
      collector: collector_id ?? undefined,
      byName: isNamed ? byName : undefined,
    };
  });
}
