import { USAGE_MEDIA } from '../../../domain/quantity.ts';
import type { KnownUsage } from '../port.ts';
import type { DuckdbFile } from './duckdb-file.ts';
import type { IdKeys } from './id-keys.ts';
import type { InstitutionRange } from './institution-usage.ts';

/** A list that is longer costs more to read than the rows that it leaves out. */
const LISTED = 200;
const KNOWN = 'measured_ms + estimated_ms + manual_ms';
const LARGEST = '9223372036854775807';

/** What is known of institutions, summed over sub-items by the engine. */
export async function readKnownUsage(
  file: DuckdbFile,
  institutions: IdKeys,
  { step, institutions: ids, fromMs, toMs }: InstitutionRange,
): Promise<KnownUsage> {
  /** By key; a key that was not asked for has none. */
  const placeOf: number[] = [];
  ids.forEach((id, place) => {
    const key = institutions.keyOf(id);
    if (key !== undefined) placeOf[key] = place;
  });
  const keys = institutions.keysOf(ids);
  const columns: { places: number[]; media: number[]; starts: number[]; micro: bigint[]; knownMs: number[] } = {
    places: [],
    media: [],
    starts: [],
    micro: [],
    knownMs: [],
  };
  const medium = USAGE_MEDIA.map((name, place) => `WHEN '${name}' THEN ${place}`).join(' ');
  const sql = `SELECT institution, CASE medium ${medium} END::INTEGER AS medium_place, start_ms::DOUBLE,
      greatest(least(sum(micro), ${LARGEST}), -${LARGEST})::BIGINT, sum(${KNOWN})::DOUBLE
    FROM institution_${step}
    WHERE start_ms >= ${fromMs} AND start_ms < ${toMs} AND ${KNOWN} > 0
      ${keys.length > LISTED ? '' : `AND institution IN (${keys.join(',')})`}
    GROUP BY institution, medium_place, start_ms`;
  if (keys.length > 0)
    await file.read(sql, (chunk) => {
      // Whole columns: one look at the validity of each value costs as much as the query.
      const column = (index: number): readonly unknown[] => chunk.getColumnVector(index).toArray();
      const [key, media, starts, micro, knownMs] = [0, 1, 2, 3, 4].map(column);
      for (let row = 0; row < chunk.rowCount; row++) {
        const place = placeOf[key![row] as number];
        if (place === undefined) continue;
        columns.places.push(place);
        columns.media.push(media![row] as number);
        columns.starts.push(starts![row] as number);
        columns.micro.push(micro![row] as bigint);
        columns.knownMs.push(knownMs![row] as number);
      }
    });
  return {
    institutions: Uint32Array.from(columns.places),
    media: Uint8Array.from(columns.media),
    starts: Float64Array.from(columns.starts),
    micro: BigInt64Array.from(columns.micro),
    knownMs: Float64Array.from(columns.knownMs),
  };
}
