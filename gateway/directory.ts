import type { Medium } from '../domain/quantity.ts';
import { normaliseAddress } from '../domain/meter-address.ts';
import { createBindingFinder, type BindingFinder } from './decode/find-binding.ts';
import { compileBinding, type Binding, type DirectoryBinding } from './decode/compile-binding.ts';

/** A meter as the gateway knows it. */
export interface DirectoryMeter {
  id: string;
  collectorId: string;
  medium: Medium;
  /** The unit of its register where a message names none. */
  registerUnit: string;
  /** On the wire, as it was registered. */
  address?: string;
  /** A wire format's id: domain/wire-format.ts. */
  format?: string;
  /** Which register of a message is its total (a register's name, or `forward`); left out: total, else combined. */
  primaryRegister?: string;
  /** From this instant on it is no more, epoch milliseconds. */
  endedAtMs?: number;
}

/** Who may come in, and by which topics: what the broker's side must know. Plain data. */
export interface IntakeSnapshot {
  /** `gateway` takes the collector's messages from an external broker; none where left out. */
  collectors: { id: string; tokenHash: string; gateway?: string | null }[];
  /** Users that may read alerts, of all institutions or of those given. */
  readers: { id: string; tokenHash: string; institutions: 'all' | string[] }[];
  bindings: DirectoryBinding[];
}

/** What messages are sorted out by: what the drain must know. Plain data. */
export interface MeterSnapshot {
  collectorIds: string[];
  meters: DirectoryMeter[];
  bindings: DirectoryBinding[];
}

/** The gateway's copy of the registry, plain data; what is left out, there is none of. */
export type DirectorySnapshot = Partial<IntakeSnapshot & MeterSnapshot>;

/** The gateway's copy of the registry, replaced as a whole when the registry changes. */
export interface Directory {
  /** SHA-256 of the token of a user of the broker, hex. */
  tokenHashOf(user: string): string | undefined;
  /** The institutions whose alerts a reader may read; undefined for a collector. */
  readableBy(user: string): 'all' | ReadonlySet<string> | undefined;
  isCollector(id: string): boolean;
  meter(id: string): DirectoryMeter | undefined;
  /** Meters of all collectors that have this address on the wire; one a collector. */
  metersAt(address: string): readonly DirectoryMeter[];
  /** Bindings that can be used, in the order of their ids. */
  bindings(): readonly Binding[];
  /** The binding that fits a message, by its topic and its sender. */
  findBinding: BindingFinder;
  /** Bindings that cannot be used, and why. */
  bindingProblems(): readonly { binding: string; problem: string }[];
  /** Every collector with the gateway that it is assigned to, undefined for none. */
  assignments(): ReadonlyMap<string, string | undefined>;
  replace(snapshot: DirectorySnapshot): void;
}

const NO_METERS: readonly DirectoryMeter[] = [];

/** An empty directory. */
export function createDirectory(): Directory {
  let hashes = new Map<string, string>();
  let readers = new Map<string, 'all' | ReadonlySet<string>>();
  let meters = new Map<string, DirectoryMeter>();
  let byAddress = new Map<string, DirectoryMeter[]>();
  let collectorIds = new Set<string>();
  let bindings: Binding[] = [];
  let finder = createBindingFinder(bindings);
  let problems: { binding: string; problem: string }[] = [];
  let assignments = new Map<string, string | undefined>();
  return {
    tokenHashOf: (user) => hashes.get(user),
    readableBy: (user) => readers.get(user),
    isCollector: (id) => collectorIds.has(id),
    meter: (id) => meters.get(id),
    metersAt: (address) => byAddress.get(normaliseAddress(address)) ?? NO_METERS,
    bindings: () => bindings,
    findBinding: (topic, source) => finder(topic, source),
    bindingProblems: () => problems,
    assignments: () => assignments,
    replace: (snapshot) => {
      const collectors = snapshot.collectors ?? [];
      const alertReaders = snapshot.readers ?? [];
      assignments = new Map(collectors.map(({ id, gateway }) => [id, gateway ?? undefined]));
      hashes = new Map([...collectors, ...alertReaders].map((user) => [user.id, user.tokenHash]));
      readers = new Map(
        alertReaders.map(({ id, institutions }) => [id, institutions === 'all' ? institutions : new Set(institutions)]),
      );
      meters = new Map((snapshot.meters ?? []).map((meter) => [meter.id, meter]));
      byAddress = metersByAddress(meters.values());
      collectorIds = new Set([...(snapshot.collectorIds ?? []), ...assignments.keys()]);
      for (const { collectorId } of meters.values()) collectorIds.add(collectorId);
      bindings = [];
      problems = [];
      for (const given of (snapshot.bindings ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
        const compiled = compileBinding(given);
        if (compiled.ok) bindings.push(compiled.binding);
        else problems.push({ binding: given.id, problem: compiled.problem });
      }
      finder = createBindingFinder(bindings);
    },
  };
}

function metersByAddress(meters: Iterable<DirectoryMeter>): Map<string, DirectoryMeter[]> {
  const byAddress = new Map<string, DirectoryMeter[]>();
  for (const meter of meters) {
    if (meter.address === undefined) continue;
    const address = normaliseAddress(meter.address);
    const others = byAddress.get(address);
    if (others === undefined) byAddress.set(address, [meter]);
    else others.push(meter);
  }
  return byAddress;
}
