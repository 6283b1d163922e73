import { expect, test } from 'vitest';

import { demoCity } from '../../../../simulators/city.ts';
import { createSpeech } from '../../../../simulators/fleet/speech/create-speech.ts';
import { createCityModel } from '../../../../simulators/load/city-model.ts';
import { HOUR_MS, local } from '../instants.ts';

test('every meter of the demonstration city has something to say at any hour of two years', () => {
  const city = demoCity();
  const models = createCityModel(city).filter(({ spec }) => spec.format !== 'sparkplug-b');
  const speeches = models.map((model) => createSpeech(model));
  const silent = new Set<string>();
  // Thirteen hours on, so that each hour of the day comes in every part of the year.
  for (let ms = local('2025-01-01T00:00'); ms < local('2027-01-01T00:00'); ms += 13 * HOUR_MS) {
    for (const [index, speech] of speeches.entries()) {
      if (speech.present(ms).length === 0) silent.add(models[index]!.spec.id);
    }
  }
  expect([...silent]).toEqual([]);
}, 60_000);
