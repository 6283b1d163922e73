import type { Selectable } from 'kysely';

import type { Zone } from '../../domain/zone.ts';
import type { ReportTable } from '../../storage/relational/schema.ts';
import type { Report, ReportFigures, ReportItem } from '../api/schemas/report.ts';
import { dueBefore } from './due-before.ts';

type ItemRow = Pick<Selectable<ReportTable>, 'year' | 'owner_kind' | 'owner_id' | 'state' | 'made_at'>;

/** A report as it stands in the list; `ownerName` is the institution's or region's name as it is today. */
export function reportItemToApi(row: ItemRow, ownerName: string, zone: Zone): ReportItem {
  const kind = row.owner_kind as ReportItem['kind'];
  return {
    year: row.year,
    owner: row.owner_id,
    ownerName,
    kind,
    state: row.state as ReportItem['state'],
    dueBefore: dueBefore(kind, row.year),
    madeAt: zone.iso(row.made_at),
  };
}

/** A whole report with its frozen figures and their digest. */
export function reportToApi(row: Selectable<ReportTable>, ownerName: string, zone: Zone): Report {
  return {
    ...reportItemToApi(row, ownerName, zone),
    digest: row.digest,
    figures: JSON.parse(row.figures) as ReportFigures,
  };
}
