import { expect, test } from 'vitest';

import { normaliseAddress } from '../../../../domain/meter-address.ts';
import { parseTopicPattern } from '../../../../domain/topic-pattern.ts';
import { newBindingSchema } from '../../../../services/api/schemas/binding.ts';
import { newInstitutionSchema } from '../../../../services/api/schemas/institution.ts';
import { newMeterSchema } from '../../../../services/api/schemas/meter.ts';
import { demoCity } from '../../../../simulators/city.ts';

const city = demoCity();

test('the city has its ten 旗县区 and twelve institutions of four types, some of them 市直', () => {
  expect(city.regions.filter((region) => region.parentCode === '150200')).toHaveLength(10);
  expect(city.institutions).toHaveLength(12);
  expect(new Set(city.institutions.map(({ type }) => type))).toEqual(
    new Set(['agency', 'school', 'hospital', 'library']),
  );
  const ofTheCity = city.institutions.filter(({ reportsTo }) => reportsTo === '150200');
  expect(ofTheCity.length).toBeGreaterThanOrEqual(3);
  expect(ofTheCity).toContainEqual(expect.objectContaining({ type: 'library', regionCode: '150203' }));
  for (const { reportsTo, regionCode } of city.institutions) expect([regionCode, '150200']).toContain(reportsTo);
  const codes = city.regions.map(({ code }) => code);
  for (const { regionCode } of city.institutions) expect(codes).toContain(regionCode);
});

test('institutions and meters are what the API takes', () => {
  for (const institution of city.institutions)
    expect(newInstitutionSchema.safeParse(institution).error).toBeUndefined();
  for (const meter of city.meters) expect(newMeterSchema.safeParse(meter).error).toBeUndefined();
});

test('every meter has a name of its own, a known institution, a known collector, and a parent of its institution', () => {
  expect(city.meters.length).toBeGreaterThanOrEqual(85);
  expect(city.meters.length).toBeLessThanOrEqual(110);
  const byId = new Map(city.meters.map((meter) => [meter.id, meter]));
  expect(byId.size).toBe(city.meters.length);
  const institutions = new Set(city.institutions.map(({ id }) => id));
  const collectors = new Set(city.collectors.map(({ id }) => id));
  expect(collectors).toContain('demo');
  for (const meter of city.meters) {
    expect(institutions).toContain(meter.institutionId);
    expect(collectors).toContain(meter.collectorId);
    if (meter.parentId !== undefined)
      expect(byId.get(meter.parentId)).toMatchObject({ institutionId: meter.institutionId, medium: 'electricity' });
  }
});

test('the city speaks every format of the field, each address once below a collector, and its foreign topics are bound', () => {
  const formats = new Set(city.meters.map(({ format }) => format ?? 'native-json'));
  for (const format of ['native-json', 'dlt645-2007', 'dlt645-1997', 'cjt188', 'mbus', 'sparkplug-b', 'tasmota'])
    expect(formats).toContain(format);
  const spoken = [...city.meters, ...city.unregistered].filter(({ address }) => address !== undefined);
  const places = spoken.map(({ collectorId, address }) => `${collectorId} ${normaliseAddress(address!)}`);
  expect(new Set(places).size).toBe(spoken.length);
  for (const binding of city.bindings) {
    expect(newBindingSchema.safeParse(binding).error).toBeUndefined();
    expect(parseTopicPattern(binding.topic)).toBeDefined();
    expect(city.meters).toContainEqual(
      expect.objectContaining({ collectorId: binding.collectorId, format: binding.format }),
    );
  }
});

test('somebody speaks whom nobody has entered', () => {
  const ids = new Set(city.meters.map(({ id }) => id));
  const collectors = new Set(city.collectors.map(({ id }) => id));
  expect(city.unregistered).toHaveLength(2);
  for (const { id, collectorId } of city.unregistered) {
    expect(ids).not.toContain(id);
    expect(collectors).toContain(collectorId);
  }
  expect(city.strangers).toHaveLength(1);
  for (const name of city.strangers) expect(collectors).not.toContain(name);
});

test('every institution has electricity with sub-items, water and heat; some mains stand behind transformers', () => {
  for (const { id } of city.institutions) {
    const mine = city.meters.filter(({ institutionId }) => institutionId === id);
    expect(new Set(mine.map(({ medium }) => medium))).toEqual(
      expect.objectContaining(new Set(['electricity', 'water', 'heat'])),
    );
    expect(mine.filter(({ parentId }) => parentId === `${id}-e-main`).length).toBeGreaterThanOrEqual(2);
  }
  expect(new Set(city.meters.map(({ multiplier }) => multiplier))).toEqual(new Set([1, 40, 80]));
});

test('faults name meters and institutions that are there', () => {
  for (const { institutionId, meterId } of city.faults) {
    if (institutionId !== undefined) expect(city.institutions.some(({ id }) => id === institutionId)).toBe(true);
    if (meterId !== undefined) expect(city.meters.some(({ id }) => id === meterId)).toBe(true);
  }
});

test('the city is plain data, made anew by every call', () => {
  expect(JSON.parse(JSON.stringify(city))).toEqual(city);
  demoCity().meters.length = 0;
  expect(demoCity()).toEqual(city);
});
