import type { ErrorCode } from '../../domain/errors.ts';
import type { Zone } from '../../domain/zone.ts';
import { dayOf, startOf, type MeterEvent, type MeterHistory } from './meter-history.ts';
import { mediumOf } from './meter-row.ts';

/** Why a meter's life cannot have been so: against itself `conflict`, a figure that cannot be `bad-request`. */
export interface HistoryProblem {
  code: Extract<ErrorCode, 'bad-request' | 'conflict'>;
  message: string;
}

/** Before any meter: 1900-01-01 in UTC. */
const EARLIEST_MS = Date.UTC(1900, 0, 1);

/**
 * What is wrong with a meter's life, in a sentence that names field and remedy: at most one installation, which comes
 * first, and one removal, which comes last; nothing in the future that somebody must have read off a register; registers
 * below their modulus. Undefined where all is well.
 */
export function problemOfHistory(history: MeterHistory, zone: Zone, nowMs: number): HistoryProblem | undefined {
  return (
    problemOfNumber(history, zone) ??
    problemOfOrder(history, zone) ??
    problemOfDates(history, zone) ??
    history.events.map((event) => problemOfEvent(event, history, zone, nowMs)).find((found) => found !== undefined)
  );
}

function problemOfNumber({ row, events }: MeterHistory, zone: Zone): HistoryProblem | undefined {
  for (const kind of ['installation', 'removal'] as const) {
    const [first, second] = events.filter((event) => event.kind === kind);
    if (first === undefined || second === undefined) continue;
    const remedy = kind === 'removal' ? 'correct it, or take it back' : 'correct it; a new device is a replacement';
    return conflict(`kind: ${row.id} has its ${kind} on ${dayOf(first, zone)} already; ${remedy}`);
  }
  return undefined;
}

function problemOfOrder({ events }: MeterHistory, zone: Zone): HistoryProblem | undefined {
  for (const [index, event] of events.entries()) {
    const next = events[index + 1];
    if (next === undefined) break;
    if (next.atMs === event.atMs) {
      return conflict(
        `at: there are two entries at ${zone.iso(event.atMs)}, ${event.kind} and ${next.kind}; correct the time of one`,
      );
    }
    if (next.kind === 'installation') {
      return conflict(
        `at: the ${event.kind} at ${zone.iso(event.atMs)} lies before the installation at ${zone.iso(next.atMs)}; correct one of the two`,
      );
    }
    if (event.kind === 'removal') {
      return conflict(
        `at: the ${next.kind} at ${zone.iso(next.atMs)} lies after the removal at ${zone.iso(event.atMs)}; correct one of the two`,
      );
    }
  }
  return undefined;
}

function problemOfDates({ events, multipliers, shares }: MeterHistory, zone: Zone): HistoryProblem | undefined {
  const installation = events.find(({ kind }) => kind === 'installation');
  const removal = events.find(({ kind }) => kind === 'removal');
  const dated = [
    ...multipliers.slice(1).map((period) => ({ what: 'multiplier', period })),
    ...shares.slice(1).map((period) => ({ what: 'move', period })),
  ];
  for (const { what, period } of dated) {
    if (installation !== undefined && period.from < dayOf(installation, zone)) {
      return conflict(
        `date: the ${what} of ${period.from} lies before the installation at ${zone.iso(installation.atMs)}; correct one of the two`,
      );
    }
    if (removal !== undefined && startOf(period, zone) >= removal.atMs) {
      return conflict(
        `date: the ${what} of ${period.from} lies after the removal at ${zone.iso(removal.atMs)}; correct one of the two`,
      );
    }
  }
  return undefined;
}

function problemOfEvent(
  event: MeterEvent,
  { row, events }: MeterHistory,
  zone: Zone,
  nowMs: number,
): HistoryProblem | undefined {
  if (event.atMs < EARLIEST_MS) {
    return bad(`at: the ${event.kind} cannot have been before 1900; correct the time`);
  }
  if (event.atMs > nowMs) {
    return bad(`at: ${zone.iso(event.atMs)} lies in the future; enter the ${event.kind} once it has happened`);
  }
  if (row.medium === 'temperature') {
    const hasRegister = event.closingRegister !== null || event.openingRegister !== null;
    if (hasRegister)
      return bad('closingRegister, openingRegister: a temperature point has no register; leave them out');
  }
  const modulusAfter = 'register_modulus' in event.after ? event.after.register_modulus : modulusAt(events, event, row);
  const modulusBefore = 'register_modulus' in event.before ? event.before.register_modulus : modulusAfter;
  return (
    problemOfRegister('closingRegister', event.closingRegister, modulusBefore, row.register_unit) ??
    problemOfRegister('openingRegister', event.openingRegister, modulusAfter, row.register_unit) ??
    problemOfDevice(event, mediumOf(row))
  );
}

/** The modulus that held at an event which does not change it: the next one that does knows what it was before. */
function modulusAt(events: readonly MeterEvent[], event: MeterEvent, row: MeterHistory['row']): number | null {
  const next = events.slice(events.indexOf(event) + 1).find(({ before }) => 'register_modulus' in before);
  return next === undefined ? row.register_modulus : (next.before.register_modulus ?? null);
}

function problemOfRegister(
  field: string,
  register: number | null,
  modulus: number | null | undefined,
  unit: string,
): HistoryProblem | undefined {
  if (register === null) return undefined;
  if (!(Number.isFinite(register) && register >= 0)) return bad(`${field}: a register shows zero or more`);
  if (modulus === null || modulus === undefined || register < modulus) return undefined;
  return bad(`${field}: ${register} ${unit} is more than a register with the modulus ${modulus} can show; check both`);
}

function problemOfDevice({ after }: MeterEvent, medium: ReturnType<typeof mediumOf>): HistoryProblem | undefined {
  for (const [column, field] of [
    ['register_modulus', 'registerModulus'],
    ['rated_maximum', 'ratedMaximum'],
  ] as const) {
    const value = after[column];
    if (value === undefined || value === null) continue;
    if (medium === 'temperature') return bad(`${field}: a temperature point has no register; leave it out`);
    if (!(Number.isFinite(value) && value > 0)) return bad(`${field}: must be above zero`);
  }
  return undefined;
}

function conflict(message: string): HistoryProblem {
  return { code: 'conflict', message };
}

function bad(message: string): HistoryProblem {
  return { code: 'bad-request', message };
}
