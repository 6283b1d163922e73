import type { FindingItem } from '../../../services/api/schemas/finding.ts';
import { wallTimeOf } from '../../api-client/local-date.ts';
import type { FormValues } from '../../forms/form-values.ts';

/** A correction that is about to be proposed: of which meter, and what the form begins with. */
export interface DecisionDraft {
  meterId: string;
  meterName: string;
  registerUnit: string;
  values: FormValues;
}

const SECOND_MS = 1000;

/** What a finding suggests, to be completed; without a suggestion only its time. */
export function draftOf(finding: FindingItem, suggestion: FindingItem['suggestion'] | undefined): DecisionDraft {
  const { meterId, meterName, registerUnit } = finding;
  const { kind, from, to, closingRegister, openingRegister } = suggestion ?? {
    kind: undefined,
    from: finding.from,
    // The last reading concerned belongs to it.
    to: new Date(Date.parse(finding.to) + 1).toISOString(),
    closingRegister: null,
    openingRegister: null,
  };
  return {
    meterId,
    meterName,
    registerUnit,
    values: {
      kind,
      from: secondBefore(from),
      to: to === null ? undefined : secondAfter(to),
      closingRegister: closingRegister ?? undefined,
      openingRegister: openingRegister ?? undefined,
    },
  };
}

/** The wall time of Shanghai to the whole second, at or before the instant. */
export function secondBefore(instant: string): string {
  return wallTimeOf(instant);
}

/** The wall time of Shanghai to the whole second, at or behind the instant: nothing of the range is cut off. */
export function secondAfter(instant: string): string {
  return wallTimeOf(Math.ceil(Date.parse(instant) / SECOND_MS) * SECOND_MS);
}
