import type { Selectable } from 'kysely';

import type { Zone } from '../../domain/zone.ts';
import type { AlertTable } from '../../storage/relational/schema.ts';
import type { Alert } from '../api/schemas/alert.ts';
import type { EpisodeEvidence } from '../rules/episode.ts';

/** A stored alert with the names of what it is about; a temperature point has one, a quota has not. */
export type NamedAlert = Selectable<AlertTable> & { institution_name: string; subject_name: string | null };

/** A stored alert as the API serves it and MQTT carries it: instants in RFC 3339 with the zone's offset. */
export function alertToApi(row: NamedAlert, zone: Zone): Alert {
  const evidence = JSON.parse(row.evidence) as EpisodeEvidence;
  return {
    id: row.id,
    rule: row.rule as Alert['rule'],
    article: row.article,
    institution: row.institution_id,
    institutionName: row.institution_name,
    subject: row.subject,
    subjectName: row.subject_name === '' ? null : row.subject_name,
    severity: row.severity as Alert['severity'],
    state: row.state as Alert['state'],
    activeSince: zone.iso(row.active_since),
    clearedAt: row.cleared_at === null ? null : zone.iso(row.cleared_at),
    limit: row.limit_value,
    value: row.value,
    unit: row.unit,
    waste: { amount: row.waste_amount, unit: row.waste_unit, kgce: row.waste_kgce },
    addressedTo: row.addressed_to as Alert['addressedTo'],
    evidence: { ...evidence, series: evidence.series.map(([ms, value]) => [zone.iso(ms), value]) },
    acknowledgedBy: row.acknowledged_by,
    acknowledgedAt: row.acknowledged_at === null ? null : zone.iso(row.acknowledged_at),
  };
}
