import type { Kysely, Selectable } from 'kysely';
import { onTestFinished } from 'vitest';

import { createZone } from '../../domain/zone.ts';
import { runRules, type RunRulesOptions, type RunRulesOutcome } from '../../services/rules/run-rules.ts';
import type { AlertTable, Database } from '../../storage/relational/schema.ts';
import { createMemorySeries, type MemorySeries } from './memory-series.ts';
import { openEmptyRegistry } from './open-registry.ts';

export const SHANGHAI = createZone('Asia/Shanghai');

/** A registry in a real database with usage in memory and a clock to set. */
export interface RuleWorld extends MemorySeries {
  db: Kysely<Database>;
  clock: { nowMs: number };
  addInstitution(id: string, options?: { type?: string; areaM2?: number; settings?: unknown }): Promise<void>;
  addPoint(institution: string, id: string, options?: { measures?: string; zoneKind?: string }): Promise<void>;
  addQuota(institution: string, medium: string, year: number, monthLimits: number[]): Promise<void>;
  run(options?: RunRulesOptions): Promise<RunRulesOutcome>;
  alerts(): Promise<Selectable<AlertTable>[]>;
}

export async function openRuleWorld(): Promise<RuleWorld> {
  const { db, close } = await openEmptyRegistry();
  onTestFinished(close);
  await db
    .insertInto('region')
    .values({ code: '150200', name_zh: '包头市', name_en: 'Baotou', kind: 'city', parent_code: null })
    .execute();
  await db.insertInto('collector').values({ id: 'c', name: 'c', token_hash: '', created_at: 0 }).execute();
  const memory = createMemorySeries(SHANGHAI);
  const clock = { nowMs: 0 };

  return {
    ...memory,
    db,
    clock,
    async addInstitution(id, { type = 'agency', areaM2, settings } = {}) {
      await db
        .insertInto('institution')
        .values({
          id,
          name: `名 ${id}`,
          credit_code: null,
          type,
          region_code: '150200',
          reports_to: '150200',
          department: null,
          liaison: null,
          rule_settings: settings === undefined ? null : JSON.stringify(settings),
          created_at: 0,
        })
        .execute();
      if (areaM2 === undefined) return;
      await db
        .insertInto('institution_attribute')
        .values({ institution_id: id, name: 'areaM2', value: areaM2, valid_from: '2020-01-01', valid_to: null })
        .execute();
    },
    async addPoint(institution, id, { measures = 'room', zoneKind = 'office' } = {}) {
      await db
        .insertInto('meter')
        .values({
          id,
          collector_id: 'c',
          name: id,
          medium: 'temperature',
          measures,
          zone_kind: zoneKind,
          parent_id: null,
          address: null,
          format: null,
          register_unit: '°C',
          register_modulus: null,
          rated_maximum: null,
          expected_interval_s: 900,
          created_at: 0,
        })
        .execute();
      await db
        .insertInto('meter_share')
        .values({
          meter_id: id,
          ordinal: 0,
          institution_id: institution,
          zone_id: null,
          sub_item: null,
          share: 1,
          valid_from: '2020-01-01',
          valid_to: null,
        })
        .execute();
    },
    async addQuota(institution, medium, year, monthLimits) {
      await db
        .insertInto('quota')
        .values({
          institution_id: institution,
          medium,
          year,
          annual_limit: monthLimits.reduce((sum, limit) => sum + limit, 0),
          month_limits: JSON.stringify(monthLimits),
        })
        .execute();
    },
    run: (options) => runRules({ db, series: memory.series, zone: SHANGHAI, now: () => clock.nowMs }, options),
    alerts: () =>
      db.selectFrom('alert').selectAll().orderBy('active_since').orderBy('rule').orderBy('subject').execute(),
  };
}

/** `2026-03-02` or `2026-03-02T19:00` of Shanghai as epoch milliseconds. */
export function shanghai(text: string): number {
  const ms = Date.parse(`${text.includes('T') ? text : `${text}T00:00`}:00+08:00`);
  if (Number.isNaN(ms)) throw new Error(`not a time: ${text}`);
  return ms;
}
