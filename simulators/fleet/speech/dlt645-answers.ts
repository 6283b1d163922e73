import { bug } from '../../../domain/errors.ts';
import { encodeDlt645Of1997 } from '../../encoders/dlt645-1997.ts';
import { encodeDlt645 } from '../../encoders/dlt645-2007.ts';
import type { MeterModel } from '../../load/meter-model.ts';
import type { FrameAnswers } from './frame-speech.ts';

/** Parts of 尖, 峰, 平 and 谷 in what a register counts. */
const TARIFF_PARTS = [0.1, 0.3, 0.35, 0.25] as const;

/** Three bytes of BCD with four decimals, the sign in the top bit; in the older standard without one. */
const MOST_KW = 79.9999;
const MOST_KW_OF_1997 = 99.9999;

/** What an electricity meter of DL/T 645-2007 answers: register block with its tariffs, power, voltages. */
export function dlt645Answers(model: MeterModel): FrameAnswers {
  const address = model.spec.address ?? bug(`${model.spec.id} has no address`);
  const preamble = 4;
  return {
    register: (ms) => encodeDlt645(address, '00010000', [model.valueAt(ms)]),
    all: (ms) => [
      encodeDlt645(address, '0201FF00', voltages(ms), { preamble }),
      ...powerOf(model, ms, MOST_KW).map((kw) => encodeDlt645(address, '02030000', [kw], { preamble })),
      encodeDlt645(address, '0001FF00', registerBlock(model, ms), { preamble }),
    ],
  };
}

/** What an electricity meter of DL/T 645-1997 answers: register block, power. */
export function dlt645AnswersOf1997(model: MeterModel): FrameAnswers {
  const address = model.spec.address ?? bug(`${model.spec.id} has no address`);
  return {
    register: (ms) => encodeDlt645Of1997(address, '9010', [model.valueAt(ms)]),
    all: (ms) => [
      ...powerOf(model, ms, MOST_KW_OF_1997).map((kw) => encodeDlt645Of1997(address, 'B630', [kw], 2)),
      encodeDlt645Of1997(address, '901F', registerBlock(model, ms), 2),
    ],
  };
}

// A meter that counts more than its display of power holds tells its register alone.
function powerOf(model: MeterModel, ms: number, mostKw: number): number[] {
  const kw = model.rateAt(ms) ?? 0;
  return kw <= mostKw ? [kw] : [];
}

/** Tariffs rise with the total; what rounding leaves over is in none of them. */
function registerBlock(model: MeterModel, ms: number): number[] {
  const total = model.valueAt(ms);
  return [total, ...TARIFF_PARTS.map((part) => Math.floor(Math.round(total * 100) * part) / 100)];
}

function voltages(ms: number): number[] {
  const swing = Math.sin(ms / 3.6e6) * 3;
  return [0, 0.7, -0.4].map((phase) => Math.round((229 + swing + phase) * 10) / 10);
}
