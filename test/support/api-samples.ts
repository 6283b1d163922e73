import type { Kysely } from 'kysely';

import type { ReportFigures } from '../../services/api/schemas/report.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** Stores an open alert of an institution. */
export async function addAlert(
  db: Kysely<Database>,
  id: string,
  institution: string,
  more: { state?: string; rule?: string; activeSince?: number; severity?: string } = {},
): Promise<void> {
  await db
    .insertInto('alert')
    .values({
      id,
      rule: more.rule ?? 'off-hours',
      article: 'Art. 20(1)',
      institution_id: institution,
      subject: 'standby',
      severity: more.severity ?? 'warning',
      state: more.state ?? 'open',
      active_since: more.activeSince ?? Date.parse('2026-05-10T20:00:00+08:00'),
      cleared_at: null,
      limit_value: 5,
      value: 9,
      unit: 'kW',
      waste_amount: 40,
      waste_unit: 'kWh',
      waste_kgce: 4.9,
      addressed_to: 'institution',
      evidence: JSON.stringify({
        kind: 'hourly-power',
        series: [[Date.parse('2026-05-10T20:00:00+08:00'), 9]],
        facts: { baselineKw: 12 },
      }),
      acknowledged_by: null,
      acknowledged_at: null,
      updated_at: 0,
    })
    .execute();
}

/** Stores a draft report with figures that only the tests of the API read. */
export async function addReport(
  db: Kysely<Database>,
  kind: 'institution' | 'district' | 'city',
  owner: string,
  year = 2025,
): Promise<void> {
  const figures: ReportFigures = {
    year,
    kind,
    owner: { id: owner, name: `名称 ${owner}`, type: null },
    addressee: '上级',
    areaM2: 1,
    headcount: 1,
    institutions: 1,
    media: [],
    totals: {
      kgce: 0,
      co2Kg: 0,
      kgcePerM2: null,
      kgcePerPerson: null,
      waterM3PerPerson: null,
    },
    indicatorBasis: {
      kgcePerM2: { kgce: 0, areaM2: 1 },
      kgcePerPerson: { kgce: 0, headcount: 1 },
      waterM3PerPerson: { waterM3: 0, headcount: 1 },
    },
    alerts: [],
    rows: [],
    byType: [],
    coefficients: { id: 'x', source: 'x', kgcePer: {}, co2KgPer: {} },
  };
  await db
    .insertInto('report')
    .values({
      year,
      owner_kind: kind,
      owner_id: owner,
      kind,
      state: 'draft',
      figures: JSON.stringify(figures),
      digest: 'd',
      made_at: Date.parse('2026-01-01T00:05:00+08:00'),
      stale: 0,
    })
    .execute();
}

/** Stores a proposal to leave out a day of a meter's readings; nobody of the fixture made it. */
export async function addDecision(db: Kysely<Database>, id: string, meter: string): Promise<void> {
  await db
    .insertInto('decision')
    .values({
      id,
      meter_id: meter,
      kind: 'exclude',
      from_ms: Date.parse('2026-05-10T00:00:00+08:00'),
      to_ms: Date.parse('2026-05-11T00:00:00+08:00'),
      register: null,
      closing_register: null,
      opening_register: null,
      multiplier: null,
      reason: '电压互感器故障',
      state: 'proposed',
      proposed_by: null,
      proposed_at: Date.parse('2026-05-12T09:00:00+08:00'),
      decided_by: null,
      decided_at: null,
      decision_note: null,
      reversed_by: null,
      reversed_at: null,
      reversal_note: null,
    })
    .execute();
}

/** Stores a reading taken by hand with a photograph, before the meter sent anything. */
export async function addManualReading(db: Kysely<Database>, id: string, meter: string): Promise<void> {
  await db
    .insertInto('manual_reading')
    .values({
      id,
      meter_id: meter,
      at: Date.parse('2026-04-01T08:00:00+08:00'),
      register: 990,
      source: 'photo',
      note: null,
      photo: Buffer.from('89504e470d0a1a0a', 'hex'),
      photo_type: 'image/png',
      entered_by: null,
      entered_at: Date.parse('2026-04-01T09:00:00+08:00'),
      withdrawn_by: null,
      withdrawn_at: null,
    })
    .execute();
}

/** Stores a finding about a meter: readings of an hour that cannot be. */
export async function addFinding(db: Kysely<Database>, meter: string): Promise<void> {
  await db
    .insertInto('usage_finding')
    .values({
      meter_id: meter,
      kind: 'suspect',
      from_ms: Date.parse('2026-05-10T08:00:00+08:00'),
      to_ms: Date.parse('2026-05-10T09:00:00+08:00'),
      register_before: 1000,
      register_after: 99_999,
      noted_at: Date.parse('2026-05-10T10:00:00+08:00'),
    })
    .execute();
}

/** Stores a message in quarantine, of collector c1, on 10 May 2026 at 20:00, unless said otherwise. */
export async function addQuarantined(
  db: Kysely<Database>,
  position: number,
  reason: string,
  more: {
    receivedAt?: string;
    topic?: string;
    collector?: string;
    meter?: string;
    index?: number;
    payload?: Buffer;
  } = {},
): Promise<void> {
  await db
    .insertInto('quarantine_message')
    .values({
      position,
      received_at: Date.parse(more.receivedAt ?? '2026-05-10T20:00:00+08:00'),
      topic: more.topic ?? 'energy/v1/c1/nobody/reading',
      collector: more.collector ?? 'c1',
      payload: more.payload ?? Buffer.from([0, 255, 123]),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db
    .insertInto('quarantine')
    .values({
      position,
      reason,
      detail: 'no meter has this id',
      item_index: more.index ?? -1,
      meter: more.meter ?? null,
    })
    .execute();
}
