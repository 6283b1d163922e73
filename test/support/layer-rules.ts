import { sourceImports, type SourceFacts, type SourceImport } from './source-imports.ts';

/** Who may import whom: the first rule whose `of` matches a file judges it. */
interface LayerRule {
  name: string;
  of: RegExp;
  /** Our files that it may import. */
  may: RegExp;
  /** Our files of which it may take types beside. */
  mayTakeTypesOf?: RegExp;
  /** Libraries (and `node:` modules) that it may import; any where left out. */
  libraries?: RegExp;
}

const PORTS = String.raw`storage/series/port\.ts$|storage/relational/(?:schema|quarantined|for-update)\.ts$`;
const SCHEMAS = 'services/api/schemas/';
const SERVICE_ROOTS = String.raw`services/[^/]+\.ts$|services/[^/]+/[^/]+\.ts$`;

const RULES: readonly LayerRule[] = [
  { name: 'domain imports nothing of ours and does no IO', of: /^domain\//, may: /^domain\//, libraries: /^(?!node:)/ },
  {
    name: 'decoders are pure: domain and their own folder, the topic grammar, the type of a raw message',
    of: /^gateway\/(decode\/|topic\.ts$)/,
    may: /^(domain\/|gateway\/decode\/|gateway\/topic\.ts$)/,
    mayTakeTypesOf: /^gateway\/spool\/record\.ts$/,
    libraries: /^(node:buffer|zod)$/,
  },
  {
    name: 'validation is pure: domain and its own folder, the types that it is handed',
    of: /^gateway\/validate\//,
    may: /^(domain|gateway\/validate)\//,
    mayTakeTypesOf: /^gateway\/(decode\/decoded|directory)\.ts$/,
    libraries: /^zod$/,
  },
  {
    name: 'the gateway imports domain, itself and ports',
    of: /^gateway\//,
    may: new RegExp(`^(domain/|gateway/|${PORTS})`),
  },
  {
    name: 'register accounting is pure: domain and its own folder, the types of port',
    of: /^services\/usage\/(account-changes|account-register|account-state|build-deltas|build-intervals|build-rates|gap-shape|interval-code|interval-grid|interval-input|like-days|local-days|meter-config|needs-history|outdated-by|periods|readings-that-count|register-plan|spread-usage|sum-periods|usage-settings|usage-source)\.ts$/,
    may: /^(domain\/|services\/usage\/(account-changes|account-register|account-state|build-deltas|build-intervals|build-rates|gap-shape|interval-code|interval-grid|interval-input|like-days|local-days|meter-config|needs-history|outdated-by|periods|readings-that-count|register-plan|spread-usage|sum-periods|usage-settings|usage-source)\.ts$)/,
    mayTakeTypesOf: new RegExp(`^(${PORTS})`),
    libraries: /^zod$/,
  },
  {
    name: 'pricing is pure: domain and its own folder, the types of usage and answers',
    of: /^services\/cost\/(cell-amounts|cells|compare-registers|compile-version|cost-of|period-cost|place-tiers|price-cells|rate|tariff-book|tier-parts)\.ts$/,
    may: /^(domain\/|services\/cost\/(cell-amounts|cells|compare-registers|compile-version|cost-of|period-cost|place-tiers|price-cells|rate|tariff-book|tier-parts)\.ts$)/,
    mayTakeTypesOf: new RegExp(String.raw`^(services/(usage/usage-reader|cost/register-amount)\.ts$|${SCHEMAS})`),
    libraries: /^zod$/,
  },
  {
    name: 'rule evaluation is pure: domain and the vocabulary of rules',
    of: /^services\/rules\/(off-hours\/|quota\/|thermostat\/|(dated-value|episode|evidence-series|settings)\.ts$)/,
    may: /^(domain\/|services\/rules\/(off-hours\/|quota\/|thermostat\/|(dated-value|episode|evidence-series|settings)\.ts$)|services\/api\/schemas\/)/,
    libraries: /^zod$/,
  },
  {
    name: 'the state machine of alerts is pure',
    of: /^services\/alerts\/transition\.ts$/,
    may: /^domain\//,
    mayTakeTypesOf: new RegExp(`^${SCHEMAS}`),
    libraries: /^zod$/,
  },
  {
    name: "the report's figures are pure: domain and their own folder, the type of the answer",
    of: /^services\/reports\/figures\//,
    may: /^(domain\/|services\/reports\/figures\/)/,
    mayTakeTypesOf: new RegExp(`^${SCHEMAS}`),
    libraries: /^zod$/,
  },
  {
    name: "the API's schemas import domain and each other",
    of: /^services\/api\/schemas\//,
    may: new RegExp(`^(domain/|${SCHEMAS})`),
    libraries: /^zod$/,
  },
  {
    name: 'a channel of alerts imports its port and domain',
    of: /^services\/alerts\/[^/]+\//,
    may: /^(domain\/|services\/alerts\/notifier\.ts$)/,
    mayTakeTypesOf: new RegExp(`^${SCHEMAS}`),
  },
  {
    name: "the API imports domain, the services' roots and ports",
    of: /^services\/api\//,
    may: new RegExp(`^(domain/|services/api/|${SERVICE_ROOTS}|${PORTS})`),
  },
  {
    name: "services import domain, each other's roots (never the API's) and ports",
    of: /^services\//,
    may: new RegExp(`^(domain/|${SCHEMAS}|(?!services/api/)(${SERVICE_ROOTS})|${PORTS})`),
  },
  {
    name: 'the roots of storage import domain and themselves, never an adapter',
    of: /^storage\/(series|relational)\/([^/]+\.ts$|migrations\/)/,
    may: /^(domain\/|storage\/(series|relational)\/([^/]+\.ts$|migrations\/))/,
  },
  {
    name: 'an adapter of storage imports domain, its port and its own folder',
    of: /^storage\//,
    may: /^(domain\/|storage\/(series|relational)\/[^/]+\.ts$)/,
  },
  {
    name: "dashboards import themselves and the types of the API's schemas",
    of: /^dashboards\//,
    may: /^dashboards\//,
    mayTakeTypesOf: new RegExp(`^${SCHEMAS}`),
    libraries: /^(?!node:)/,
  },
  { name: 'simulators import domain and themselves', of: /^simulators\//, may: /^(domain|simulators)\// },
  {
    name: 'app imports everything but dashboards',
    of: /^app\//,
    may: /^(app|domain|gateway|services|simulators|storage)\//,
  },
];

/** Folders with several kinds of adapters or parts, each of which may import its own folder. */
const OWN_FOLDER = /^(storage\/(?:series|relational)\/[^/]+\/|services\/[^/]+\/)/;
const MAY_READ_ENVIRONMENT = /^app\/(config\.ts|main\.cts|cli\.ts)$/;

/**
 * What breaks the layer rules in a set of source files (path below the root → text), a sentence each, sorted; empty
 * when nothing does. Every import counts: static, dynamic, re-export, type.
 */
export function layerViolations(sources: ReadonlyMap<string, string>): string[] {
  const facts = new Map([...sources].map(([file, text]) => [file, sourceImports(file, text)]));
  return [...[...facts].flatMap(([file, found]) => violationsOf(file, found, sources)), ...cycles(facts)].sort();
}

function violationsOf(file: string, facts: SourceFacts, sources: ReadonlyMap<string, string>): string[] {
  const rule = RULES.find(({ of }) => of.test(file));
  if (rule === undefined) return [`${file}: no rule says what this folder may import`];
  const broken = facts.imports
    .filter((imported) => !isAllowed(file, rule, imported))
    .map(({ target }) => `${file} imports ${target}: ${rule.name}`);
  for (const { target, isLibrary } of facts.imports) {
    if (!isLibrary && !sources.has(target) && !target.endsWith('.css')) {
      broken.push(`${file} imports ${target}: there is no such file`);
    }
  }
  if (facts.computedImports > 0) broken.push(`${file} computes what it imports: no rule can judge that`);
  if (facts.readsEnvironment && !MAY_READ_ENVIRONMENT.test(file)) {
    broken.push(`${file} reads the environment: only app/config.ts knows it`);
  }
  return broken;
}

function isAllowed(file: string, rule: LayerRule, { target, isLibrary, isTypeOnly }: SourceImport): boolean {
  if (isLibrary) return rule.libraries?.test(target) ?? true;
  if (rule.may.test(target)) return true;
  if (isTypeOnly && rule.mayTakeTypesOf?.test(target) === true) return true;
  // Pure code has its folder in its rule; other parts of a service or an adapter may use all of their own.
  const own = OWN_FOLDER.exec(file)?.[0];
  return rule.libraries === undefined && own !== undefined && target.startsWith(own);
}

/** Each cycle once, from its alphabetically first file. */
function cycles(facts: ReadonlyMap<string, SourceFacts>): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): void {
    const at = path.indexOf(file);
    if (at >= 0) {
      const ring = path.slice(at);
      const first = ring.indexOf(ring.toSorted()[0] ?? file);
      found.add([...ring.slice(first), ...ring.slice(0, first), ring[first]].join(' → '));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const { target, isLibrary } of facts.get(file)?.imports ?? []) if (!isLibrary) visit(target);
    path.pop();
    done.add(file);
  }
  for (const file of facts.keys()) visit(file);
  return [...found].map((ring) => `import cycle: ${ring}`);
}
