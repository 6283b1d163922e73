import type { AuditEntry } from '../../accounts/audit.ts';
import type { Period } from '../../registry/dated-periods.ts';
import { type Draft, multipliersOf, type ObjectDraft, sharesOf } from '../plan/draft.ts';
import { ATTRIBUTE_NAMES, type Figures, type ObjectSheet } from '../plan/registry-state.ts';

const KINDS: Record<ObjectSheet, string> = {
  institutions: 'institution',
  buildings: 'building',
  zones: 'zone',
  collectors: 'collector',
  meters: 'meter',
};

/** The entries of the audit trail of all that a draft changes: one for each object, with what it was before. */
export function* auditEntries(draft: Draft): Generator<AuditEntry> {
  for (const sheet of ['buildings', 'zones', 'collectors'] as const) {
    for (const object of draft.objects[sheet].values()) {
      if (object.changed.size > 0) yield entryOf(KINDS[sheet], object.id, object.stored, object.facts);
    }
  }
  for (const id of new Set([...changedIds(draft, 'institutions'), ...draft.figures.keys()])) {
    yield institutionEntry(draft, id);
  }
  const timelines = [...draft.multipliers.keys(), ...draft.shares.keys(), ...draft.events.keys()];
  for (const id of new Set([...changedIds(draft, 'meters'), ...timelines])) yield meterEntry(draft, id);
  for (const [key, { quota, stored }] of draft.quotas) yield entryOf('quota', key, stored, quota);
}

function changedIds(draft: Draft, sheet: ObjectSheet): string[] {
  return [...draft.objects[sheet].values()].filter(({ changed }) => changed.size > 0).map(({ id }) => id);
}

function entryOf(kind: string, id: string, before: object | undefined, after: object): AuditEntry {
  return before === undefined
    ? { action: 'create', object: `${kind}/${id}`, after }
    : { action: 'change', object: `${kind}/${id}`, before, after };
}

function institutionEntry(draft: Draft, id: string): AuditEntry {
  const { before, after, isNew } = factsOf(draft, 'institutions', id);
  const figures = draft.figures.get(id)?.figures;
  if (figures === undefined) return entryOf('institution', id, isNew ? undefined : before, after);
  const old = draft.state.figures.get(id) ?? {};
  return entryOf('institution', id, isNew ? undefined : { ...before, figures: figureRows(old) }, {
    ...after,
    figures: figureRows(figures),
  });
}

function meterEntry(draft: Draft, id: string): AuditEntry {
  const { before, after, isNew } = factsOf(draft, 'meters', id);
  const { state } = draft;
  const old: Record<string, unknown> = { ...before };
  const renewed: Record<string, unknown> = { ...after };
  if (draft.multipliers.has(id)) {
    old['multipliers'] = (state.multipliers.get(id) ?? []).map(dated);
    renewed['multipliers'] = multipliersOf(draft, id).map(dated);
  }
  if (draft.shares.has(id)) {
    old['shares'] = (state.shares.get(id) ?? []).map(dated);
    renewed['shares'] = sharesOf(draft, id).map(dated);
  }
  if (draft.events.has(id)) {
    old['events'] = state.events.get(id) ?? [];
    renewed['events'] = draft.events.get(id);
  }
  return entryOf('meter', id, isNew ? undefined : old, renewed);
}

function factsOf(
  draft: Draft,
  sheet: ObjectSheet,
  id: string,
): { before: object | undefined; after: object; isNew: boolean } {
  const object: ObjectDraft | undefined = draft.objects[sheet].get(id);
  const stored = draft.state.objects[sheet].get(id);
  return { before: stored, after: object?.facts ?? stored ?? {}, isNew: stored === undefined };
}

function dated<T>({ from, to, value }: Period<T>): { value: T; validFrom: string; validTo: string | null } {
  return { value, validFrom: from, validTo: to };
}

function figureRows(figures: Figures): object[] {
  return ATTRIBUTE_NAMES.flatMap((name) => (figures[name] ?? []).map((period) => ({ name, ...dated(period) })));
}
