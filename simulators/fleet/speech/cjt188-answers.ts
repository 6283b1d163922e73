import { bug } from '../../../domain/errors.ts';
import type { MeterSpec } from '../../city/spec.ts';
import { type Cjt188Common, type Cjt188Unit, encodeCjt188Flow, encodeCjt188Heat } from '../../encoders/cjt188.ts';
import { CHINA_OFFSET_MS } from '../../load/local-days.ts';
import type { MeterModel } from '../../load/meter-model.ts';
import type { FrameAnswers } from './frame-speech.ts';
import { heatCircuitOf } from './heat-circuit.ts';

const TYPES: Partial<Record<MeterSpec['medium'], number>> = { water: 0x10, heat: 0x20, cooling: 0x21, gas: 0x30 };

/** What a meter of CJ/T 188 answers, in the dialect of its maker; what it settled last is not told. */
export function cjt188Answers(model: MeterModel): FrameAnswers {
  const { spec } = model;
  const type = TYPES[spec.medium] ?? bug(`CJ/T 188 has no meters of ${spec.medium}`);
  const address = spec.address ?? bug(`${spec.id} has no address`);
  const dialect = spec.simulation?.dialect;
  const common = (ms: number): Cjt188Common => ({
    type,
    address,
    clock: { local: new Date(ms + CHINA_OFFSET_MS), reversed: spec.simulation?.clockReversed === true },
    ...(dialect && { dialect }),
  });
  const unit = (spec.registerUnit ?? (type < 0x20 || type >= 0x30 ? 'm3' : 'GJ')) as Cjt188Unit;
  const current = (ms: number): { value: number; unit: Cjt188Unit } => ({ value: model.valueAt(ms), unit });
  const none = { value: null, unit } as const;

  if (type < 0x20 || type >= 0x30) {
    const answer = (ms: number): Buffer => encodeCjt188Flow({ ...common(ms), current: current(ms), settled: none });
    return { register: answer, all: (ms) => [answer(ms)] };
  }
  return {
    register: (ms) =>
      encodeCjt188Heat({
        ...common(ms),
        settled: none,
        current: current(ms),
        power: { value: null, unit: 'kW' },
        flow: { value: null, unit: 'm3/h' },
        volume: { value: null, unit: 'm3' },
        supply: null,
        return: null,
        hours: null,
      }),
    all: (ms) => {
      const circuit = heatCircuitOf(model, ms);
      const whole = encodeCjt188Heat({
        ...common(ms),
        settled: none,
        current: current(ms),
        power: { value: circuit.powerKw, unit: 'kW' },
        flow: { value: circuit.flowM3PerHour, unit: 'm3/h' },
        volume: { value: circuit.volumeM3, unit: 'm3' },
        supply: circuit.supplyC,
        return: circuit.returnC,
        hours: circuit.hours,
        preamble: 3,
      });
      return [whole];
    },
  };
}
