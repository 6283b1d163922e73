import { useTranslation } from 'react-i18next';

import type { Health } from '../../../services/api/schemas/health.ts';
import type { Messages } from '../../i18n/messages.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { formatBytes } from './format-bytes.ts';

type Part = Health['parts'][string];
type FactKey = keyof Messages['fact'];

/** One thing that a part may say of itself: which of its fields, and how the value is written. */
interface Fact {
  key: FactKey;
  field: string;
  as?: 'bytes' | 'text';
  /** Not worth a word while it is zero. */
  onlyAboveZero?: true;
}

const BROKER: Fact[] = [
  { key: 'address', field: 'url', as: 'text' },
  { key: 'connections', field: 'connections' },
  { key: 'received', field: 'received' },
  { key: 'acknowledged', field: 'acknowledged' },
  { key: 'dropped', field: 'dropped', onlyAboveZero: true },
  { key: 'refused', field: 'refusedConnections', onlyAboveZero: true },
];

const FACTS: Record<string, Fact[]> = {
  broker: BROKER,
  subscriber: BROKER,
  spool: [
    { key: 'pending', field: 'pending' },
    { key: 'free', field: 'freeBytes', as: 'bytes' },
    { key: 'torn', field: 'tornBytes', onlyAboveZero: true },
  ],
  drain: [
    { key: 'lag', field: 'lagBytes', as: 'bytes' },
    { key: 'age', field: 'oldestAgeS', onlyAboveZero: true },
    { key: 'holding', field: 'holdingS', onlyAboveZero: true },
    { key: 'stored', field: 'stored' },
    { key: 'duplicates', field: 'duplicates', onlyAboveZero: true },
    { key: 'conflicts', field: 'conflicts', onlyAboveZero: true },
  ],
  archive: [
    { key: 'files', field: 'files' },
    { key: 'size', field: 'bytes', as: 'bytes' },
  ],
  quarantine: [
    { key: 'messages', field: 'messages' },
    { key: 'size', field: 'bytes', as: 'bytes' },
    { key: 'room', field: 'maxBytes', as: 'bytes' },
    { key: 'deferred', field: 'deferred', onlyAboveZero: true },
    { key: 'deferredAge', field: 'deferredS', onlyAboveZero: true },
  ],
  registry: [{ key: 'down', field: 'downS', onlyAboveZero: true }],
  usage: [{ key: 'runs', field: 'runs' }],
};

/** What a part of health says of itself, in words of the language, a piece each; what it does not know is left out. */
export function usePartFacts(): (name: string, part: Part) => string[] {
  const { t } = useTranslation();
  const format = useFormat();
  const written = (value: unknown, as: Fact['as']): string | undefined => {
    if (as === 'text') return typeof value === 'string' && value !== '' ? value : undefined;
    if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
    return as === 'bytes' ? formatBytes(value) : format.number(value, 0);
  };
  return (name, part) => {
    const facts = (FACTS[name] ?? []).flatMap(({ key, field, as, onlyAboveZero }) => {
      const value = written(part[field], as);
      return value === undefined || (onlyAboveZero === true && value === '0') ? [] : [t(`fact.${key}`, { value })];
    });
    return [...standing(name, part).map((key) => t(`fact.${key}`, { value: '' })), ...facts];
  };
}

/** What a part is, or is in, rather than how much of it there is. */
function standing(name: string, part: Part): FactKey[] {
  if (typeof part['connected'] === 'boolean') return [part['connected'] ? 'connected' : 'disconnected'];
  if (name === 'spool' && part['state'] === 'disk-full') return ['diskFull'];
  return name === 'spool' && part['state'] === 'low-water' ? ['lowWater'] : [];
}

/** The store behind the readings, as its maker calls it. */
export function storeName(part: Part): string | undefined {
  const { product, kind, version } = part;
  if (typeof product === 'string') return product;
  return typeof kind === 'string' ? `${kind}${typeof version === 'string' ? ` ${version}` : ''}` : undefined;
}
