import { z } from 'zod';

import { MOST } from '../../../domain/registry-bounds.ts';
import { BUILDING_CLASS_IDS } from '../../../domain/building-class.ts';
import { HEATING_MODE_IDS } from '../../../domain/heating-mode.ts';
import { dateSchema, idSchema, registryQuery, someOf } from './common.ts';
import { ZONE_KINDS } from './meter.ts';

const name = z.string().min(1).max(200);
const buildingClass = z.enum(BUILDING_CLASS_IDS);
const heatingMode = z.enum(HEATING_MODE_IDS);
const builtYear = z.number().int().min(1000).max(2100);
const areaM2 = z.number().positive('the floor area must be above zero').max(MOST.area);
const zoneKind = z.enum(ZONE_KINDS);

export const buildingSchema = z.object({
  id: z.string(),
  institutionId: z.string(),
  name: z.string(),
  /** A–H of 分项能耗数据采集技术导则. */
  buildingClass: buildingClass.nullable(),
  builtYear: z.number().nullable(),
  heatingMode: heatingMode.nullable(),
  areaM2: z.number().nullable(),
  /** The first day on which it is no more. */
  endedOn: z.string().nullable(),
});
export type Building = z.infer<typeof buildingSchema>;

export const newBuildingSchema = z.strictObject({
  id: idSchema,
  institutionId: idSchema,
  name,
  buildingClass: buildingClass.optional(),
  builtYear: builtYear.optional(),
  heatingMode: heatingMode.optional(),
  areaM2: areaM2.optional(),
});
export type NewBuilding = z.infer<typeof newBuildingSchema>;

export const buildingChangeSchema = someOf({
  name: name.optional(),
  buildingClass: buildingClass.nullable().optional(),
  builtYear: builtYear.nullable().optional(),
  heatingMode: heatingMode.nullable().optional(),
  areaM2: areaM2.nullable().optional(),
  endedOn: dateSchema.nullable().optional(),
});
export type BuildingChange = z.infer<typeof buildingChangeSchema>;

/** A part of a building, or of an institution without one, whose use is of one kind. */
export const zoneSchema = z.object({
  id: z.string(),
  institutionId: z.string(),
  buildingId: z.string().nullable(),
  name: z.string(),
  kind: zoneKind,
  areaM2: z.number().nullable(),
  endedOn: z.string().nullable(),
});
export type RegistryZone = z.infer<typeof zoneSchema>;

export const newZoneSchema = z.strictObject({
  id: idSchema,
  institutionId: idSchema,
  buildingId: idSchema.optional(),
  name,
  kind: zoneKind,
  areaM2: areaM2.optional(),
});
export type NewZone = z.infer<typeof newZoneSchema>;

export const zoneChangeSchema = someOf({
  name: name.optional(),
  buildingId: idSchema.nullable().optional(),
  kind: zoneKind.optional(),
  areaM2: areaM2.nullable().optional(),
  endedOn: dateSchema.nullable().optional(),
});
export type ZoneChange = z.infer<typeof zoneChangeSchema>;

export const buildingsQuery = z.object({ ...registryQuery, institution: z.string().optional() });
export const zonesQuery = buildingsQuery.extend({ building: z.string().optional(), kind: zoneKind.optional() });
